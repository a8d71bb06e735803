/* Two threads take two locks in opposite order, and always meet; a third makes calls all the time. */
#include <pthread.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

static pthread_mutex_t locks[2] = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER };
static pthread_barrier_t both;

static void *lock_two(void *data)
{
	int first = *(int *)data;

	pthread_mutex_lock(&locks[first]);
	pthread_barrier_wait(&both);
	pthread_mutex_lock(&locks[1 - first]);
	return NULL;
}

static void *write_on(void *event)
{
	uint64_t count = 1;

	while (write(*(int *)event, &count, sizeof(count)) > 0)
		usleep(100);
	return NULL;
}

int main(void)
{
	int numbers[2] = { 0, 1 }, event = eventfd(0, 0);
	pthread_t threads[2], writer;

	pthread_barrier_init(&both, NULL, 2);
	if (pthread_create(&writer, NULL, write_on, &event) != 0)
		return 77;
	for (int i = 0; i < 2; i++)
		if (pthread_create(&threads[i], NULL, lock_two, &numbers[i]) != 0)
			return 77;
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
