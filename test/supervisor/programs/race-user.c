/*
 * Check, then act, with nothing in between that the kernel sees. 1 when both threads found the slot free: never, as good
 * as, but for an argument: so many nanoseconds in between.
 */
#include "race.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { WORK = 1000000 };

static int journal, owner, winners;
static uint64_t window;

static void claim(uint64_t before)
{
	uint64_t one = 1;

	work(before);
	if (write(journal, &one, sizeof(one)) < 0)
		_exit(77);
	if (__atomic_load_n(&owner, __ATOMIC_ACQUIRE) != 0)
		return;
	work(window);
	__atomic_store_n(&owner, 1, __ATOMIC_RELEASE);
	__atomic_fetch_add(&winners, 1, __ATOMIC_RELAXED);
}

static void *claim_too(void *before)
{
	claim(*(uint64_t *)before);
	return NULL;
}

int main(int argc, char **argv)
{
	uint64_t mine = draw(WORK), its = draw(WORK);
	pthread_t thread;

	window = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;
	journal = eventfd(0, 0);
	if (pthread_create(&thread, NULL, claim_too, &its) != 0)
		return 77;
	claim(mine);
	pthread_join(thread, NULL);
	return winners != 1;
}
