/*
 * Calls held until a time: a binary heap, the earliest first.
 *
 * Theory of operation: entries are indices of strands, ordered by when each is due. A call that a signal took back leaves
 * its entry behind; whoever pops one looks whether that strand is still parked and due.
 */
#include "chaos.h"

#include <stdlib.h>

static bool is_earlier(const struct marshal *m, size_t a, size_t b)
{
	return m->strands.at[m->heap[a]].due < m->strands.at[m->heap[b]].due;
}

static void swap(struct marshal *m, size_t a, size_t b)
{
	uint32_t kept = m->heap[a];

	m->heap[a] = m->heap[b];
	m->heap[b] = kept;
}

void holds_push(struct marshal *m, uint32_t index)
{
	size_t i = m->heap_count;

	if (i == m->heap_room) {
		m->heap_room = m->heap_room == 0 ? 64 : 2 * m->heap_room;
		m->heap = realloc(m->heap, m->heap_room * sizeof(*m->heap));
		if (m->heap == NULL)
			fatal("out of memory");
	}
	m->heap[m->heap_count++] = index;
	for (; i > 0 && is_earlier(m, i, (i - 1) / 2); i = (i - 1) / 2)
		swap(m, i, (i - 1) / 2);
}

uint32_t holds_pop(struct marshal *m)
{
	uint32_t first = m->heap[0];
	size_t i = 0;

	m->heap[0] = m->heap[--m->heap_count];
	for (;;) {
		size_t least = i;

		for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < m->heap_count; child++)
			if (is_earlier(m, child, least))
				least = child;
		if (least == i)
			return first;
		swap(m, i, least);
		i = least;
	}
}
