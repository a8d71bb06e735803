/* A wake-up that is lost when it comes before the sleep: 1 then, after a time-out. */
#include "race.h"

#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { WORK = 300000, PATIENCE_MS = 200 };

static uint32_t word;

static void *wake(void *before)
{
	work(*(uint64_t *)before);
	return syscall(__NR_futex, &word, FUTEX_WAKE, 1, NULL, NULL, 0) < 0 ? before : NULL;
}

int main(void)
{
	struct timespec patience = { .tv_nsec = PATIENCE_MS * 1000000L };
	uint64_t mine = draw(WORK), its = draw(WORK);
	pthread_t thread;
	void *failed;
	long lost;

	if (pthread_create(&thread, NULL, wake, &its) != 0)
		return 77;
	work(mine);
	lost = syscall(__NR_futex, &word, FUTEX_WAIT, 0, &patience, NULL, 0);
	if (pthread_join(thread, &failed) != 0 || failed != NULL)
		return 77;
	return lost != 0;
}
