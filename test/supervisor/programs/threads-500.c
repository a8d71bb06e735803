/* Five hundred threads that live at the same time. */
#include <pthread.h>
#include <stdio.h>

enum { THREADS = 500 };

static pthread_barrier_t all;

static void *live(void *unused)
{
	pthread_barrier_wait(&all);
	return unused;
}

int main(void)
{
	static pthread_t threads[THREADS];
	pthread_attr_t small;

	pthread_barrier_init(&all, NULL, THREADS + 1);
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 64 * 1024);
	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], &small, live, NULL) != 0)
			return 77;
	pthread_barrier_wait(&all);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	printf("%d threads\n", THREADS);
	return 0;
}
