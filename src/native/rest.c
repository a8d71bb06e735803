/*
 * Whether the threads of a test are at rest: parked or blocked, so that nothing happens until one is let go.
 *
 * Theory of operation: under the quiescent arms a marshal that runs only when its CPU is idle should never find it
 * otherwise. But EEVDF picks among the threads that have had less than their share, and that can be an idle one while one
 * of the test's can run, the more so where other work shares the CPU. So the kernel is asked for the state of every thread
 * that is not parked. Several microseconds each: of very many, those made last are asked.
 */
#include "chaos.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MOST_ASKED = 8, MOST_KEPT_OPEN = 32 };

static int open_state(const struct strand *one)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", (int)one->group, (int)one->thread);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* As proc_pid_stat(5) has it, behind the name, which may hold anything; X when it cannot be read. */
static char state_of(struct strand *one, bool keep)
{
	char text[64];
	const char *end;
	ssize_t n;

	if (one->state_file < 0)
		one->state_file = open_state(one);
	if (one->state_file < 0)
		return 'X';
	n = pread(one->state_file, text, sizeof(text) - 1, 0);
	if (!keep)
		strand_close(one);
	if (n <= 0)
		return 'X';
	text[n] = '\0';
	end = strrchr(text, ')');
	return end == NULL || end + 2 >= text + n ? 'X' : end[2];
}

bool strands_rest(struct strands *s)
{
	int left = MOST_ASKED;

	for (size_t i = s->count; i-- > 0 && left > 0;) {
		struct strand *one = &s->at[i];

		if (one->state != STRAND_AWAY || one->gone)
			continue;
		left--;
		if (state_of(one, i < MOST_KEPT_OPEN) == 'R')
			return false;
	}
	return true;
}

void strand_close(struct strand *one)
{
	if (one->state_file >= 0)
		close(one->state_file);
	one->state_file = -1;
}
