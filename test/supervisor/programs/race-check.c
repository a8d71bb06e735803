/* Check, then act, with a system call in between. 1 when both threads found the slot free; rare in plain runs. */
#include "race.h"

#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { WORK = 1000000 };

static int journal, owner, winners;

static void note_down(void)
{
	uint64_t one = 1;

	if (write(journal, &one, sizeof(one)) < 0)
		_exit(77);
}

static void claim(uint64_t before)
{
	work(before);
	note_down();
	if (__atomic_load_n(&owner, __ATOMIC_ACQUIRE) != 0)
		return;
	note_down();
	__atomic_store_n(&owner, 1, __ATOMIC_RELEASE);
	__atomic_fetch_add(&winners, 1, __ATOMIC_RELAXED);
}

static void *claim_too(void *before)
{
	claim(*(uint64_t *)before);
	return NULL;
}

int main(void)
{
	uint64_t mine = draw(WORK), its = draw(WORK);
	pthread_t thread;

	journal = eventfd(0, 0);
	if (pthread_create(&thread, NULL, claim_too, &its) != 0)
		return 77;
	claim(mine);
	pthread_join(thread, NULL);
	return winners != 1;
}
