/* Hangs in three threads, deaf to SIGTERM; with an argument, stops itself. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

_Noreturn static void *wait_for_ever(void *arg)
{
	(void)arg;
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	pthread_t thread;

	(void)argv;
	signal(SIGTERM, SIG_IGN);
	printf("hanging\n");
	fflush(stdout);
	if (argc > 1)
		raise(SIGSTOP);
	for (int i = 0; i < 2; i++)
		if (pthread_create(&thread, NULL, wait_for_ever, NULL) != 0)
			return 1;
	wait_for_ever(NULL);
}
