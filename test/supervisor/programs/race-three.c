/*
 * Three events: the credit is taken away, missed, and put back. 1 when it was missed; rare in plain runs. Given an
 * argument, both threads begin to compute at a barrier, so that a scheduler of calls finds two that can run.
 */
#include "race.h"

#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { WORK = 1500000 };

static int credit;
static pthread_barrier_t begin;

static void *take_and_put_back(void *before)
{
	uint64_t one;

	pthread_barrier_wait(&begin);
	work(*(uint64_t *)before);
	if (read(credit, &one, sizeof(one)) > 0 && write(credit, &one, sizeof(one)) < 0)
		_exit(77);
	return NULL;
}

int main(int argc, char **argv)
{
	uint64_t mine = draw(WORK), its = draw(WORK), one;
	pthread_t thread;
	int missed;

	(void)argv;
	pthread_barrier_init(&begin, NULL, argc > 1 ? 2 : 1);
	credit = eventfd(1, EFD_NONBLOCK);
	if (pthread_create(&thread, NULL, take_and_put_back, &its) != 0)
		return 77;
	if (argc > 1)
		pthread_barrier_wait(&begin);
	work(mine);
	missed = read(credit, &one, sizeof(one)) < 0;
	pthread_join(thread, NULL);
	return missed;
}
