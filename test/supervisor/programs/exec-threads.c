/* Becomes another program in a thread that is not the first, while a third one is in the middle of calls. */
#include <pthread.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

static void *write_on(void *event)
{
	uint64_t count = 1;

	while (write(*(int *)event, &count, sizeof(count)) > 0)
		;
	return NULL;
}

static void *become(void *path)
{
	usleep(1000);
	execl(path, path, "again", (char *)NULL);
	_exit(77);
}

int main(int argc, char **argv)
{
	int event = eventfd(0, 0);
	pthread_t threads[2];

	if (argc > 1)
		return write(1, "became\n", 7) == 7 ? 3 : 77;
	if (pthread_create(&threads[0], NULL, write_on, &event) != 0 || pthread_create(&threads[1], NULL, become, argv[0]) != 0)
		return 77;
	pthread_join(threads[1], NULL);
	return 77;
}
