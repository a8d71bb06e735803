/* Starvation: an answer must come within PATIENCE_MS. 1 when one did not; a plain run fails where the machine is busy. */
#include "race.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { ROUNDS = 4, PATIENCE_MS = 8, WORK = 200000 };

static int ping, pong;

static void *answer(void *unused)
{
	uint64_t count;

	for (int i = 0; i < ROUNDS; i++)
		if (read(ping, &count, sizeof(count)) < 0 || write(pong, &count, sizeof(count)) < 0)
			break;
	return unused;
}

int main(void)
{
	struct pollfd answered = { .events = POLLIN };
	uint64_t count = 1;
	pthread_t thread;

	ping = eventfd(0, 0);
	pong = answered.fd = eventfd(0, 0);
	if (pthread_create(&thread, NULL, answer, NULL) != 0)
		return 77;
	for (int i = 0; i < ROUNDS; i++) {
		work(draw(WORK));
		if (write(ping, &count, sizeof(count)) < 0)
			return 77;
		if (poll(&answered, 1, PATIENCE_MS) == 0)
			return 1;
		if (read(pong, &count, sizeof(count)) < 0)
			return 77;
	}
	pthread_join(thread, NULL);
	return 0;
}
