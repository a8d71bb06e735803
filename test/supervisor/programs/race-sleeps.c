/* An order that comes only after a sleep: the writer sleeps 60 ms, then writes; the other reads. 1 when it read too early. */
#include <pthread.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

static int written;

static void *put(void *one)
{
	struct timespec time = { .tv_nsec = 60 * 1000000L };

	return nanosleep(&time, NULL) != 0 || write(written, one, sizeof(uint64_t)) < 0 ? one : NULL;
}

int main(void)
{
	uint64_t one = 1, count;
	pthread_t thread;
	void *failed;
	int early;

	written = eventfd(0, EFD_NONBLOCK);
	if (pthread_create(&thread, NULL, put, &one) != 0)
		return 77;
	early = read(written, &count, sizeof(count)) < 0;
	return pthread_join(thread, &failed) != 0 || failed != NULL ? 77 : early;
}
