/* One thread crashes while two others are in the middle of calls. */
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

static int event;

static void *write_on(void *unused)
{
	uint64_t count = 1;

	while (write(event, &count, sizeof(count)) > 0)
		;
	return unused;
}

int main(void)
{
	pthread_t threads[2];
	uint64_t count = 1;

	event = eventfd(0, 0);
	for (int i = 0; i < 2; i++)
		if (pthread_create(&threads[i], NULL, write_on, NULL) != 0)
			return 77;
	for (int i = 0; i < 20; i++)
		if (write(event, &count, sizeof(count)) < 0)
			return 77;
	*(volatile int *)8 = 1;
	return 0;
}
