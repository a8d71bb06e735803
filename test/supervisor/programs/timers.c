/* Waits by every timer there is; 1 when one was early, or did not wait at all. */
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { MS = 1000000, WAIT = 3 * MS };

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * (int64_t)1000000000 + time.tv_nsec;
}

static void by_nanosleep(void)
{
	struct timespec wait = { 0, WAIT };

	nanosleep(&wait, NULL);
}

static void by_poll(void)
{
	poll(NULL, 0, WAIT / MS);
}

static void by_timerfd(void)
{
	struct itimerspec once = { .it_value = { 0, WAIT } };
	int timer = timerfd_create(CLOCK_MONOTONIC, 0);
	uint64_t expired;

	timerfd_settime(timer, 0, &once, NULL);
	if (read(timer, &expired, sizeof(expired)) < 0)
		_exit(2);
	close(timer);
}

static void by_signal(void)
{
	struct itimerspec once = { .it_value = { 0, WAIT } };
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN };
	sigset_t set;
	timer_t timer;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	timer_create(CLOCK_MONOTONIC, &event, &timer);
	timer_settime(timer, 0, &once, NULL);
	sigwaitinfo(&set, NULL);
	timer_delete(timer);
}

static void by_condition(void)
{
	pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	pthread_cond_t never = PTHREAD_COND_INITIALIZER;
	int64_t end = now() + WAIT;
	struct timespec until = { end / 1000000000, end % 1000000000 };

	pthread_mutex_lock(&lock);
	pthread_cond_clockwait(&never, &lock, CLOCK_MONOTONIC, &until);
	pthread_mutex_unlock(&lock);
}

int main(void)
{
	void (*waits[])(void) = { by_nanosleep, by_poll, by_timerfd, by_signal, by_condition };

	for (unsigned i = 0; i < sizeof(waits) / sizeof(*waits); i++) {
		int64_t start = now();

		waits[i]();
		if (now() - start < WAIT)
			return 1;
	}
	return 0;
}
