/* Leaves a daemon in a session of its own that holds the output, writes into it and ignores what it can. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static void live_on(void)
{
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	for (;;) {
		usleep(20000);
		dprintf(1, "from the daemon\n");
	}
}

int main(void)
{
	int ready[2];
	char byte;

	if (pipe(ready) != 0)
		return 1;
	if (fork() == 0) {
		setsid();
		if (fork() != 0)
			_exit(0);
		setsid();
		if (write(ready[1], "!", 1) != 1)
			_exit(1);
		live_on();
	}
	if (read(ready[0], &byte, 1) != 1)
		return 1;
	puts("from the test");
	return 0;
}
