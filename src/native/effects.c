/*
 * What the perturbation of a batch did, until it is reported.
 *
 * Theory of operation: sums need no memory, the median of `concurrent` does. A fixed number of values is kept; beyond it
 * each further one replaces a random one with the chance that leaves every value equally likely to be kept (reservoir
 * sampling, Vitter's algorithm R). The chance comes from the run's number, so that equal hunts report alike.
 */
#include "hunt.h"

#include <stdlib.h>

static void keep_horizon(struct effects *sum, const struct sighting *s)
{
	uint64_t place = sum->runs - 1;

	if (place >= MAX_HORIZONS)
		place = mix_seed(sum->runs, s->run) % sum->runs;
	if (place < MAX_HORIZONS)
		sum->horizons[place] = s->effect.concurrent;
}

void effects_add(struct effects *sum, const struct sighting *s)
{
	const struct effect *e = &s->effect;

	sum->runs++;
	sum->threads += e->threads;
	sum->events += e->events;
	sum->concurrent += e->concurrent;
	sum->held += e->held;
	sum->held_us += e->held_us;
	sum->releases += e->releases;
	sum->points += e->points;
	sum->cancelled += e->cancelled;
	sum->vcsw += e->vcsw;
	sum->ivcsw += e->ivcsw;
	if (e->sampled) {
		sum->sampled++;
		sum->migrations += e->migrations;
	}
	sum->forced += e->forced == FORCED_YES;
	sum->infeasible += e->forced == FORCED_INFEASIBLE;
	sum->absent += e->forced == FORCED_ABSENT;
	keep_horizon(sum, s);
}

static int ascending(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

uint64_t effects_horizon(struct effects *sum)
{
	size_t count = sum->runs < MAX_HORIZONS ? (size_t)sum->runs : MAX_HORIZONS;

	if (count == 0)
		return 0;
	qsort(sum->horizons, count, sizeof(*sum->horizons), ascending);
	return sum->horizons[count / 2];
}

void effects_flush(struct effects *sum, struct text *out, uint64_t batch)
{
	if (sum->runs > 0)
		record_effect(out, batch, sum);
	*sum = (struct effects){ 0 };
}
