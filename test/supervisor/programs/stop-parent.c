/* Stops what started it, and asks it politely to end. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	kill(getppid(), SIGTERM);
	kill(getppid(), SIGINT);
	kill(getppid(), SIGSTOP);
	puts("stopped it");
	return 0;
}
