/* Three threads send each other signals, through a handler that makes a call, while they make calls themselves. */
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { THREADS = 3, SIGNALS = 60 };

static pthread_t threads[THREADS];
static pthread_barrier_t all;
static int event, handled;

static void handle(int number)
{
	uint64_t one = 1;

	(void)number;
	if (write(event, &one, sizeof(one)) == sizeof(one))
		__atomic_fetch_add(&handled, 1, __ATOMIC_RELAXED);
}

static void *storm(void *data)
{
	uintptr_t self = (uintptr_t)data;
	uint64_t one = 1;

	pthread_barrier_wait(&all);
	for (int i = 0; i < SIGNALS; i++) {
		pthread_kill(threads[(self + 1 + i % (THREADS - 1)) % THREADS], SIGUSR1);
		if (write(event, &one, sizeof(one)) < 0)
			_exit(1);
	}
	pthread_barrier_wait(&all);
	return NULL;
}

int main(void)
{
	struct sigaction action = { .sa_handler = handle, .sa_flags = SA_RESTART };

	event = eventfd(0, 0);
	pthread_barrier_init(&all, NULL, THREADS);
	sigaction(SIGUSR1, &action, NULL);
	for (uintptr_t i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, storm, (void *)i) != 0)
			return 77;
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	/* A signal sent while one is pending is one with it. */
	puts(handled > 0 && handled <= THREADS * SIGNALS ? "handled" : "lost");
	return 0;
}
