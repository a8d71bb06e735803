/* Two calls in an order that cannot be reversed: a thread writes, and whoever has joined it reads. 1 when nothing is there. */
#include <pthread.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

static int written;

static void *put(void *one)
{
	return write(written, one, sizeof(uint64_t)) < 0 ? one : NULL;
}

int main(void)
{
	uint64_t one = 1;
	pthread_t thread;
	void *failed;

	written = eventfd(0, EFD_NONBLOCK);
	if (pthread_create(&thread, NULL, put, &one) != 0 || pthread_join(thread, &failed) != 0 || failed != NULL)
		return 77;
	return read(written, &one, sizeof(one)) < 0;
}
