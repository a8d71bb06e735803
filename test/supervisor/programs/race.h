/* What the racy programs share: work of random length, drawn anew in every run and without a system call. */
#ifndef RACE_H
#define RACE_H

#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>

/* A number below limit; for one thread. */
static inline uint64_t draw(uint64_t limit)
{
	static uint64_t state;

	if (state == 0) {
		memcpy(&state, (const void *)getauxval(AT_RANDOM), sizeof(state));
		state |= 1;
	}
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (state * 0x2545F4914F6CDD1D >> 32) % limit;
}

/* About `rounds` nanoseconds of computing. */
static inline void work(uint64_t rounds)
{
	for (uint64_t i = 0; i < rounds; i++)
		__asm__ volatile("" : "+r"(i));
}

#endif
