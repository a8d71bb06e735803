/*
 * Numbers drawn from the hunt's seed.
 *
 * Theory of operation: run n's seed depends on the hunt's seed and n alone, so that a failure replays from its number.
 * SplitMix64 is by Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014).
 */
#include "common.h"

uint64_t mix_seed(uint64_t seed, uint64_t n)
{
	uint64_t z = seed + (n + 1) * UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

/* The i-th CPU of the set. */
static int nth_cpu(const cpu_set_t *cpus, uint32_t i)
{
	int cpu = -1;

	do {
		do
			cpu++;
		while (!CPU_ISSET(cpu, cpus));
	} while (i-- > 0);
	return cpu;
}

static void shuffle(const cpu_set_t *from, uint32_t n, uint64_t run_seed, cpu_set_t *cpus)
{
	for (uint32_t i = 0; i < n; i++)
		if (mix_seed(run_seed, i) >> 63)
			CPU_SET(nth_cpu(from, i), cpus);
	if (CPU_COUNT(cpus) == 0)
		CPU_SET(nth_cpu(from, (uint32_t)(mix_seed(run_seed, n) % n)), cpus);
}

void pin_choose(const struct batch *batch, uint32_t index, uint64_t run_seed, cpu_set_t *cpus)
{
	const cpu_set_t *from = &batch->cpus;
	uint32_t n = (uint32_t)CPU_COUNT(from);

	/* Quiescence can only be seen on a CPU of one's own. */
	bool quiescent = batch->chaos.arm == CHAOS_HANDOFF || batch->chaos.arm == CHAOS_PCT;

	CPU_ZERO(cpus);
	switch (quiescent ? PIN_ONE : batch->pin) {
	case PIN_FREE:
	case PIN_POLICIES:
		break;
	case PIN_ONE:
		CPU_SET(nth_cpu(from, index % n), cpus);
		break;
	case PIN_SPREAD:
		for (uint32_t i = index % n; i < n; i += batch->jobs)
			CPU_SET(nth_cpu(from, i), cpus);
		break;
	case PIN_PAIR:
		CPU_SET(nth_cpu(from, 2 * index % n), cpus);
		CPU_SET(nth_cpu(from, (2 * index + 1) % n), cpus);
		break;
	case PIN_SHUFFLE:
		shuffle(from, n, run_seed, cpus);
		break;
	case PIN_LIST:
		*cpus = *from;
		break;
	}
}
