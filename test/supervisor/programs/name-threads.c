/* Four threads one right after the other, each with a call of its own: by it one sees whether they are named as they were made. */
#include <pthread.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { THREADS = 4 };

static void *first(void *unused)
{
	(void)dup(0);
	return unused;
}

static void *second(void *unused)
{
	(void)socket(AF_UNIX, SOCK_STREAM, 0);
	return unused;
}

static void *third(void *unused)
{
	(void)eventfd(0, 0);
	return unused;
}

static void *fourth(void *unused)
{
	(void)unlink("nowhere");
	return unused;
}

int main(void)
{
	void *(*const bodies[THREADS])(void *) = { first, second, third, fourth };
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, bodies[i], NULL) != 0)
			return 77;
	for (int i = 0; i < THREADS; i++)
		if (pthread_join(threads[i], NULL) != 0)
			return 77;
	return 0;
}
