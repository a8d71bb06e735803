/*
 * What the arms decide.
 *
 * Theory of operation: every decision is drawn from the run's seed and the name of what it is about (strands.c), so that
 * the same seed decides alike however the times fall. pct is the scheduler of Burckhardt, Kothari, Musuvathi and
 * Nagarakatte, "A randomized scheduler with probabilistic guarantees of finding bugs" (ASPLOS 2010), with its steps
 * counted only while two or more strands live; victim follows the low-priority intervals of rr's chaos mode, delays
 * Emmi, Qadeer and Rakamaric, "Delay-bounded scheduling" (POPL 2011).
 */
#include "chaos.h"

#include <sys/syscall.h>


enum purpose { FOR_PRIORITY = 1, FOR_POINT, FOR_SIDE, FOR_LENGTH, FOR_VICTIM, FOR_STRETCH, FOR_BEGIN, FOR_EVENT, FOR_CPU,
	       FOR_YIELD };

enum { LEAST_HOLD_US = 30, MOST_HOLD_US = 4000, STRETCH_S = 2, STRETCH_SPANS = 5, REST_SHARE = 4, USUAL_WEIGHT = 3,
       MOST_YIELDS = 512, LEAST_MOVE_MS = 5, MOST_MOVE_MS = 50, MOST_WAITED = 1000 };

bool chaos_is_quiescent(const struct chaos *chaos)
{
	return chaos->arm == CHAOS_HANDOFF || chaos->arm == CHAOS_PCT;
}

bool chaos_intercepts(const struct chaos *chaos)
{
	return chaos->arm != CHAOS_NONE && chaos->arm != CHAOS_SLACK;
}

double draw_unit(uint64_t seed, uint64_t purpose)
{
	return (double)(mix_seed(seed, purpose) >> 11) * 0x1p-53;
}

/* Logarithm to base 2, linear between powers of two, and its inverse: no libm for so little. */
static double log_of(int64_t x)
{
	int octave = 63 - __builtin_clzll((uint64_t)x);

	return octave + (double)(x - (INT64_C(1) << octave)) / (double)(INT64_C(1) << octave);
}

static int64_t power_of(double log)
{
	int octave = (int)log;

	return (int64_t)((1 + log - octave) * (double)(INT64_C(1) << octave));
}

int64_t draw_log(uint64_t seed, uint64_t purpose, int64_t low, int64_t high)
{
	double from = log_of(low);

	return power_of(from + draw_unit(seed, purpose) * (log_of(high) - from));
}

static int64_t draw_hold(uint64_t key)
{
	return draw_log(key, FOR_LENGTH, LEAST_HOLD_US * NS_PER_US, MOST_HOLD_US * NS_PER_US);
}

void decide_begin(struct marshal *m)
{
	m->steps = m->moves = 0;
	m->lowest = UINT64_C(1) << 62;
	for (uint32_t i = 0; i + 1 < m->chaos.depth; i++)
		m->points[i] = 1 + (uint64_t)(draw_unit(mix_seed(m->seed, FOR_POINT), i) * (double)m->chaos.horizon);
}

/* Which strands starve, from when on after their birth, and for how long. */
static void choose_stretch(struct marshal *m, struct strand *one, uint64_t key)
{
	int64_t span = later((int64_t)m->chaos.span_us * NS_PER_US, 0);
	int64_t most = span > STRETCH_S * NS_PER_S / STRETCH_SPANS ? STRETCH_S * NS_PER_S : STRETCH_SPANS * span;
	int64_t least = most < 2 * NS_PER_MS ? most / 2 : NS_PER_MS;
	double share = one->ordinal == 0 ? 0.3 : 0.5;

	if (draw_unit(key, FOR_VICTIM) >= share || most < 2)
		return;
	one->stretch_ns = draw_log(key, FOR_STRETCH, least, most);
	if (draw_unit(key, FOR_SIDE) >= 0.25)
		one->stretch_begin = (int64_t)(draw_unit(key, FOR_BEGIN) * (double)span);
}

static void move_to(struct marshal *m, const struct strand *one, uint64_t key)
{
	uint64_t chosen = mix_seed(key, FOR_CPU) % (uint64_t)CPU_COUNT(&m->cpus);
	uint32_t cpu = UINT32_MAX;
	cpu_set_t set;

	CPU_ZERO(&set);
	do
		cpu++;
	while (!CPU_ISSET(cpu, &m->cpus) || chosen-- > 0);
	CPU_SET(cpu, &set);
	/* The test may have set an affinity of its own, or be gone. */
	if (sched_setaffinity(one->thread, sizeof(set), &set) == 0)
		m->effect.points++;
}

/* All on one CPU, each on its own, or wherever the kernel puts them: a run's seed says which. */
static void choose_cpus(struct marshal *m, const struct strand *one, uint64_t key)
{
	double mode = draw_unit(m->seed, FOR_SIDE);

	if (mode < 2.0 / 3)
		move_to(m, one, mode < 1.0 / 3 ? m->seed : key);
}

int64_t decide_move(struct marshal *m)
{
	uint64_t key = mix_seed(mix_seed(m->seed, FOR_SIDE), ++m->moves);

	if (m->moves > 1 && m->strands.count > 0) {
		const struct strand *one = &m->strands.at[mix_seed(key, FOR_VICTIM) % m->strands.count];

		if (!one->gone)
			move_to(m, one, key);
	}
	return draw_log(key, FOR_LENGTH, LEAST_MOVE_MS * NS_PER_MS, MOST_MOVE_MS * NS_PER_MS);
}

void decide_birth(struct marshal *m, struct strand *one, int64_t hold_ns)
{
	uint64_t key = mix_seed(m->seed, one->key);

	switch (m->chaos.arm) {
	case CHAOS_PCT:
		/* Above all values that are given later. */
		one->priority = mix_seed(key, FOR_PRIORITY) | (UINT64_C(1) << 63);
		break;
	case CHAOS_SPAWN:
		one->hold_next = hold_ns;
		break;
	case CHAOS_VICTIM:
		choose_stretch(m, one, key);
		break;
	case CHAOS_SHUFFLE:
		choose_cpus(m, one, key);
		break;
	default:
		break;
	}
}

/* One of a new strand and its creator is held: a coin decides which. */
int64_t decide_spawn(struct marshal *m, struct strand *one)
{
	uint64_t key = mix_seed(mix_seed(m->seed, one->key), one->epoch);
	int64_t hold = m->chaos.arm == CHAOS_SPAWN ? draw_hold(key) : 0;

	if (draw_unit(key, FOR_SIDE) < 0.5)
		return hold;
	one->hold_next = hold;
	return 0;
}

/* Stretches recur so that a victim is held for a fifth of a long run. */
static int64_t left_of_stretch(const struct marshal *m, const struct strand *one)
{
	int64_t since = one->arrived - one->born - one->stretch_begin;

	(void)m;
	if (one->stretch_ns == 0 || since < 0)
		return 0;
	since %= (1 + REST_SHARE) * one->stretch_ns;
	return since < one->stretch_ns ? one->stretch_ns - since : 0;
}

static int64_t maybe_delay(struct marshal *m, const struct strand *one)
{
	uint64_t key = mix_seed(mix_seed(m->seed, strand_event_key(one)), one->k);
	double share = (double)m->chaos.count * call_weight(one->call) /
		       ((double)m->chaos.horizon * USUAL_WEIGHT);

	if (!one->concurrent || draw_unit(key, FOR_EVENT) >= share)
		return 0;
	return draw_hold(key);
}

/*
 * Who yields may be waiting for somebody, and by priority alone would go on for ever; but a schedule in which the yield
 * gives nothing away is as legal. So its patience is drawn: one yield or up to 512 in a row, then it is the lowest.
 */
static void yield(struct marshal *m, struct strand *one)
{
	uint64_t key = mix_seed(m->seed, one->key);

	if (one->call->nr != __NR_sched_yield) {
		one->yields = 0;
		return;
	}
	if (++one->yields < (draw_unit(key, FOR_YIELD) < 0.125 ? 1 : draw_log(key, FOR_LENGTH, 2, MOST_YIELDS)))
		return;
	one->yields = 0;
	one->priority = --m->lowest;
}

int64_t decide_hold(struct marshal *m, struct strand *one)
{
	int64_t hold = 0;

	switch (m->chaos.arm) {
	case CHAOS_SPAWN:
		hold = one->hold_next;
		one->hold_next = 0;
		break;
	case CHAOS_VICTIM:
		hold = left_of_stretch(m, one);
		break;
	case CHAOS_DELAYS:
		hold = maybe_delay(m, one);
		break;
	case CHAOS_PCT:
		one->parked_at = m->steps;
		yield(m, one);
		break;
	default:
		break;
	}
	return hold;
}

static uint32_t highest(const struct marshal *m)
{
	uint32_t best = UINT32_MAX;

	for (size_t i = 0; i < m->strands.count; i++) {
		const struct strand *one = &m->strands.at[i];

		if (one->state == STRAND_PARKED && (best == UINT32_MAX || one->priority > m->strands.at[best].priority))
			best = (uint32_t)i;
	}
	return best;
}

/* Any of those that are parked, all alike. */
static uint32_t any(struct marshal *m)
{
	uint64_t skipped = mix_seed(mix_seed(m->seed, FOR_PRIORITY), m->steps++) % m->parked;
	uint32_t i = 0;

	m->effect.concurrent += strands_concurrent(&m->strands);
	while (m->strands.at[i].state != STRAND_PARKED || skipped-- > 0)
		i++;
	return i;
}

static uint32_t longest_waiting(const struct marshal *m, uint32_t next)
{
	for (size_t i = 0; i < m->strands.count; i++) {
		const struct strand *one = &m->strands.at[i];

		if (one->state == STRAND_PARKED && one->parked_at < m->strands.at[next].parked_at)
			next = (uint32_t)i;
	}
	return next;
}

/*
 * A thread that polls, by calls that do not wait, would by priority alone never let the one on that it polls for: who has
 * waited for so many others goes next, and all before it in the order go to its end.
 */
static uint32_t relieve(struct marshal *m, uint32_t next)
{
	uint32_t waiting = longest_waiting(m, next);

	if (m->steps - m->strands.at[waiting].parked_at < MOST_WAITED)
		return next;
	while (next != waiting) {
		m->strands.at[next].priority = --m->lowest;
		next = highest(m);
	}
	return next;
}

static uint32_t by_priority(struct marshal *m)
{
	uint32_t next = highest(m);
	struct strand *one;

	if (!strands_concurrent(&m->strands))
		return next;
	m->steps++;
	m->effect.concurrent++;
	for (uint32_t i = 0; i + 1 < m->chaos.depth; i++) {
		one = &m->strands.at[next];
		if (m->points[i] != m->steps || one->struck)
			continue;
		one->priority = --m->lowest;
		one->struck = true;
		m->effect.points++;
		next = highest(m);
	}
	return relieve(m, next);
}

uint32_t decide_next(struct marshal *m)
{
	if (m->parked == 0)
		return UINT32_MAX;
	return m->chaos.arm == CHAOS_HANDOFF ? any(m) : by_priority(m);
}
