/* A thread that computes for as long as the other has not written. */
#include <pthread.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

static int over;

static void *spin(void *unused)
{
	while (!__atomic_load_n(&over, __ATOMIC_RELAXED))
		;
	return unused;
}

int main(void)
{
	uint64_t one = 1;
	int event = eventfd(0, 0);
	pthread_t thread;

	if (event < 0 || pthread_create(&thread, NULL, spin, NULL) != 0 || write(event, &one, sizeof(one)) < 0)
		return 77;
	__atomic_store_n(&over, 1, __ATOMIC_RELAXED);
	return pthread_join(thread, NULL);
}
