/* Order: the new thread must not look before its creator has submitted. 1 when it did; about 0.3 % of plain runs. */
#include "race.h"

#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { LOOKER_WORK = 300000, SUBMITTER_WORK = 1000, ONE = 1 << 20 };

static int submitted;

static void *look(void *early)
{
	uint64_t count;

	work(LOOKER_WORK);
	return read(submitted, &count, sizeof(count)) < 0 ? early : NULL;
}

int main(void)
{
	/* Longer than x with probability SUBMITTER_WORK / x, so that the rate is a ratio and not a time. */
	uint64_t before = SUBMITTER_WORK * (uint64_t)ONE / (1 + draw(ONE)), one = 1;
	pthread_t thread;
	void *early;

	submitted = eventfd(0, EFD_NONBLOCK);
	if (pthread_create(&thread, NULL, look, &submitted) != 0)
		return 77;
	work(before < 10 * LOOKER_WORK ? before : 10 * LOOKER_WORK);
	if (write(submitted, &one, sizeof(one)) < 0)
		return 77;
	pthread_join(thread, &early);
	return early != NULL;
}
