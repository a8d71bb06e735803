/*
 * A timer that strikes every millisecond and restarts what it interrupts: held for longer than that, a call must not be
 * restarted for ever. Prints what failed.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/time.h>
#include <unistd.h>

enum { ROUNDS = 200 };

static void tick(int number)
{
	(void)number;
}

/* Delays happen only while a second thread lives. */
static void *live(void *unused)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, NULL);
	pause();
	return unused;
}

int main(void)
{
	const struct itimerval millisecond = { { 0, 1000 }, { 0, 1000 } };
	struct sigaction action = { .sa_handler = tick, .sa_flags = SA_RESTART };
	int event = eventfd(0, 0);
	uint64_t count = 1;
	pthread_t thread;

	if (pthread_create(&thread, NULL, live, NULL) != 0)
		return 77;
	usleep(2000);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &millisecond, NULL);
	for (int i = 0; i < ROUNDS; i++) {
		if (write(event, &count, sizeof(count)) < 0 || read(event, &count, sizeof(count)) < 0) {
			printf("round %d: %s\n", i, strerror(errno));
			return 1;
		}
	}
	return 0;
}
