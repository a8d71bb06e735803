/*
 * What the test writes.
 *
 * Theory of operation: bytes are hashed as they come and kept only as far as they will be shown: the first half, and a
 * ring of the last. So memory does not depend on how much a test prints.
 */
#include "worker.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

void output_begin(struct output *o)
{
	o->total = 0;
	hash_begin(&o->hash);
	shape_begin(&o->shape);
}

static void keep(struct output *o, const char *bytes, size_t n)
{
	uint64_t at = o->total;

	if (at < HALF_KEPT) {
		size_t part = HALF_KEPT - at < n ? HALF_KEPT - at : n;

		memcpy(o->head + at, bytes, part);
		bytes += part;
		n -= part;
		at += part;
	}
	if (n > HALF_KEPT) {
		at += n - HALF_KEPT;
		bytes += n - HALF_KEPT;
		n = HALF_KEPT;
	}
	while (n > 0) {
		size_t offset = at % HALF_KEPT;
		size_t part = HALF_KEPT - offset < n ? HALF_KEPT - offset : n;

		memcpy(o->tail + offset, bytes, part);
		bytes += part;
		n -= part;
		at += part;
	}
}

size_t output_absorb(struct output *o, int fd, size_t limit)
{
	ssize_t n;

	if (limit > sizeof(o->chunk))
		limit = sizeof(o->chunk);
	do
		n = read(fd, o->chunk, limit);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno != EAGAIN)
		fatal("read of the test's output");
	if (n <= 0)
		return 0;
	hash_add(&o->hash, o->chunk, (size_t)n);
	shape_add(&o->shape, o->chunk, (size_t)n);
	keep(o, o->chunk, (size_t)n);
	o->total += (uint64_t)n;
	return (size_t)n;
}

void output_drain(struct output *o, int fd)
{
	int left = 0;

	if (ioctl(fd, FIONREAD, &left) != 0)
		fatal("FIONREAD");
	while (left > 0) {
		size_t n = output_absorb(o, fd, (size_t)left);

		/* Less than promised: the test reads its own output (it can, through /proc/self/fd/1). */
		if (n == 0)
			return;
		left -= (int)n;
	}
}

void output_identify(const struct output *o, struct sighting *s)
{
	struct hash hash = o->hash;
	struct shape shape = o->shape;

	s->hash = hash_end(&hash);
	s->shape = shape_end(&shape);
}

void output_copy(const struct output *o, struct details *d)
{
	size_t head = o->total < HALF_KEPT ? (size_t)o->total : HALF_KEPT;
	size_t tail = o->total - head < HALF_KEPT ? (size_t)(o->total - head) : HALF_KEPT;
	size_t start = tail < HALF_KEPT ? 0 : (size_t)(o->total % HALF_KEPT);

	memcpy(d->output, o->head, head);
	if (tail < HALF_KEPT) {
		memcpy(d->output + head, o->tail, tail);
	} else {
		memcpy(d->output + head, o->tail + start, HALF_KEPT - start);
		memcpy(d->output + head + HALF_KEPT - start, o->tail, start);
	}
	d->bytes = o->total;
	d->output_length = (uint32_t)(head + tail);
	d->cut = o->total > 2 * HALF_KEPT ? HALF_KEPT : d->output_length;
}
