/* Two threads, and two in a process of another session, that make calls for ever. */
#include <pthread.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

static int event;

static void *write_on(void *unused)
{
	uint64_t count = 1;

	while (write(event, &count, sizeof(count)) > 0)
		usleep(100);
	return unused;
}

int main(void)
{
	pthread_t thread;

	event = eventfd(0, 0);
	if (fork() == 0)
		setsid();
	if (pthread_create(&thread, NULL, write_on, NULL) == 0)
		write_on(NULL);
	return 1;
}
