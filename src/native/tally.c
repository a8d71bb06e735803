/*
 * Runs of known classes, until they are reported.
 *
 * Theory of operation: between two reports a class has at most one open tally, of one batch; a run of another batch
 * closes it first. Only run numbers and durations are kept, and only until the next report, so memory follows the rate
 * of runs and never their number.
 */
#include "hunt.h"

#include <stdlib.h>
#include <string.h>

unsigned bucket_of(uint64_t us)
{
	/* 2^(1/4), 2^(2/4), 2^(3/4) in units of 2^-62, rounded up. */
	static const uint64_t quarter[] = { UINT64_C(0x4C1BF828C6DC54B8), UINT64_C(0x5A827999FCEF3243),
					    UINT64_C(0x6BA27E656B4EB57B) };
	unsigned octave, part = 0;
	uint64_t scaled;

	if (us < 2)
		return 0;
	octave = 63 - (unsigned)__builtin_clzll(us);
	scaled = octave > 62 ? us >> (octave - 62) : us << (62 - octave);
	while (part < 3 && scaled >= quarter[part])
		part++;
	return 4 * octave + part;
}

static void *grown(void *at, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return at;
	*room = *room == 0 ? 16 : *room * 2;
	at = realloc(at, *room * size);
	if (at == NULL)
		fatal("out of memory");
	return at;
}

static uint32_t *place_of(struct tallies *t, uint32_t class_id)
{
	if (class_id >= t->ids) {
		size_t ids = class_id * 2 + 64;
		uint32_t *longer = realloc(t->by_class, ids * sizeof(*longer));

		if (longer == NULL)
			fatal("out of memory");
		memset(longer + t->ids, 0, (ids - t->ids) * sizeof(*longer));
		t->by_class = longer;
		t->ids = ids;
	}
	return &t->by_class[class_id];
}

static void empty(struct tally *tally, uint32_t class_id, uint64_t batch, uint32_t turn)
{
	tally->class_id = class_id;
	tally->batch = batch;
	tally->turn = turn;
	tally->count = tally->sum_us = tally->max_us = 0;
	tally->min_us = UINT64_MAX;
	memset(tally->buckets, 0, sizeof(tally->buckets));
}

static struct tally *open_tally(struct tallies *t, uint32_t class_id)
{
	uint32_t *place = place_of(t, class_id);

	if (*place == 0) {
		size_t room = t->room;

		t->open = grown(t->open, t->count, &t->room, sizeof(*t->open));
		memset(t->open + room, 0, (t->room - room) * sizeof(*t->open));
		*place = (uint32_t)++t->count;
		t->open[*place - 1].count = 0;
	}
	return &t->open[*place - 1];
}

void tally_add(struct tallies *t, struct text *out, uint32_t class_id, uint64_t batch, const struct sighting *s)
{
	struct tally *tally = open_tally(t, class_id);

	if (tally->count > 0 && (tally->turn != s->turn || tally->count == TALLY_RUNS)) {
		record_tally(out, tally);
		tally->count = 0;
	}
	if (tally->count == 0)
		empty(tally, class_id, batch, s->turn);
	tally->runs = grown(tally->runs, tally->count, &tally->room, sizeof(*tally->runs));
	tally->runs[tally->count].run = s->run;
	tally->runs[tally->count].us = s->us;
	tally->count++;
	tally->sum_us += s->us;
	if (s->us < tally->min_us)
		tally->min_us = s->us;
	if (s->us > tally->max_us)
		tally->max_us = s->us;
	tally->buckets[bucket_of(s->us)]++;
}

void tallies_flush(struct tallies *t, struct text *out)
{
	for (size_t i = 0; i < t->count; i++) {
		struct tally *tally = &t->open[i];

		if (tally->count > 0)
			record_tally(out, tally);
		tally->count = 0;
		t->by_class[tally->class_id] = 0;
	}
	t->count = 0;
}

void tallies_free(struct tallies *t)
{
	for (size_t i = 0; i < t->room; i++)
		free(t->open[i].runs);
	free(t->open);
	free(t->by_class);
	*t = (struct tallies){ 0 };
}
