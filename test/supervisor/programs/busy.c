/* One thread spins, without a system call, until two others have done their work. */
#include <pthread.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { WRITES = 20 };

static int event, done;

static void *write_some(void *unused)
{
	uint64_t count = 1;

	for (int i = 0; i < WRITES; i++)
		if (write(event, &count, sizeof(count)) < 0)
			_exit(77);
	__atomic_fetch_add(&done, 1, __ATOMIC_RELEASE);
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	event = eventfd(0, 0);
	for (int i = 0; i < 2; i++)
		if (pthread_create(&threads[i], NULL, write_some, NULL) != 0)
			return 77;
	while (__atomic_load_n(&done, __ATOMIC_ACQUIRE) < 2)
		;
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
