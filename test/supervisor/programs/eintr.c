/*
 * Calls that can never be interrupted (nothing blocks), under a timer that strikes every millisecond and whose handler
 * was installed without SA_RESTART. Prints how many failed with EINTR all the same; 1 when one failed otherwise.
 */
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

enum { ROUNDS = 100 };

static volatile sig_atomic_t ticks;
static pthread_barrier_t end;

/* Delays happen only while a second thread lives. */
static void *live(void *unused)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, NULL);
	pthread_barrier_wait(&end);
	return unused;
}

static void tick(int number)
{
	(void)number;
	ticks++;
}

int main(void)
{
	const struct itimerval millisecond = { { 0, 1000 }, { 0, 1000 } }, never = { { 0, 0 }, { 0, 0 } };
	struct sigaction action = { .sa_handler = tick };
	int event = eventfd(1, 0), word = 0, interrupted = 0, failed = 0;
	uint64_t count = 1;
	pthread_t thread;

	pthread_barrier_init(&end, NULL, 2);
	if (pthread_create(&thread, NULL, live, NULL) != 0)
		return 77;
	usleep(2000);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &millisecond, NULL);
	for (int i = 0; i < 4 * ROUNDS; i++) {
		long ret = 0;

		errno = 0;
		switch (i % 4) {
		case 0:
			ret = syscall(SYS_getppid);
			break;
		case 1:
			ret = syscall(SYS_futex, &word, FUTEX_WAKE, 1, NULL, NULL, 0);
			break;
		case 2:
			ret = dup2(event, event);
			break;
		case 3:
			ret = write(event, &count, sizeof(count));
		}
		if (ret < 0 && errno == EINTR)
			interrupted++;
		else if (ret < 0)
			failed++;
	}
	setitimer(ITIMER_REAL, &never, NULL);
	pthread_barrier_wait(&end);
	pthread_join(thread, NULL);
	printf("%d of %d calls interrupted in %d ticks\n", interrupted, 4 * ROUNDS, (int)ticks);
	return failed > 0;
}
