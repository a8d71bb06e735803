/* kill-parent process|group [every Nth run]: leaves a daemon, then kills what started it. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	long run = atol(getenv("FLAKEHUNT_RUN"));
	pid_t parent = getppid();

	if (argc != 3 || run % atol(argv[2]) != 0)
		return 0;
	if (fork() == 0) {
		setsid();
		for (;;)
			pause();
	}
	kill(strcmp(argv[1], "group") == 0 ? -getpgid(parent) : parent, SIGKILL);
	for (;;)
		pause();
}
