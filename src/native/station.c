/*
 * One worker's results, in memory shared with main.
 *
 * Theory of operation: a ring with one writer and one reader, ordered by its two counters alone. What it holds outlives
 * the worker, so a killed worker loses the run it was at and nothing else. The channel beside it carries bytes that mean
 * only "look"; a full channel is as good as one more byte in it.
 */
#include "common.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/socket.h>

struct station *station_map(void)
{
	void *at = mmap(NULL, sizeof(struct station), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		fatal("mmap");
	return at;
}

void station_reset(struct station *s)
{
	s->state = STATION_IDLE;
	s->claim = 0;
	s->patience_ns = 0;
	s->head = s->tail = 0;
	s->waiting = 0;
	s->mail = s->note_full = 0;
}

bool station_full(struct station *s)
{
	return s->head - s->tail == RING;
}

bool station_push(struct station *s, const struct sighting *sighting)
{
	uint64_t head = s->head;

	s->ring[head % RING] = *sighting;
	s->head = head + 1;
	return head + 1 - s->tail == RING / 2;
}

bool station_pop(struct station *s, struct sighting *sighting)
{
	uint64_t tail = s->tail;

	if (s->head == tail)
		return false;
	*sighting = s->ring[tail % RING];
	s->tail = tail + 1;
	return true;
}

void bell_ring(int channel)
{
	while (send(channel, "!", 1, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 && errno == EINTR)
		;
	/* EAGAIN: it is ringing already. EPIPE: the reader is gone, and we shall read that. */
}

bool bell_drain(int channel)
{
	char bytes[256];

	for (;;) {
		ssize_t n = recv(channel, bytes, sizeof(bytes), MSG_DONTWAIT);

		if (n == 0)
			return false;
		if (n < 0 && errno != EINTR)
			return errno == EAGAIN;
		if (n > 0 && (size_t)n < sizeof(bytes))
			return true;
	}
}
