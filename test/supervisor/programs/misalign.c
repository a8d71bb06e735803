/* The same three calls of a second thread, after as many optional ones as the argument says, which it makes elsewhere. */
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

static int event;

static void *run(void *optional)
{
	uint64_t count = 1;

	for (int i = 0; i < *(int *)optional; i++)
		if (write(event, &count, sizeof(count)) < 0)
			_exit(77);
	for (int i = 0; i < 3; i++)
		if (send(event, &count, sizeof(count), 0) >= 0)
			_exit(77);
	return NULL;
}

int main(int argc, char **argv)
{
	int optional = argc > 1 ? atoi(argv[1]) : 0;
	pthread_t thread;

	event = eventfd(0, 0);
	if (pthread_create(&thread, NULL, run, &optional) != 0)
		return 77;
	return pthread_join(thread, NULL);
}
