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

/* As proc_pid_stat(5) has them: behind the name, which may hold anything, the state, and as 14th field the user time. */
static struct strand_look look_at(struct strand *one, bool keep)
{
	struct strand_look look = { .state = 'X' };
	unsigned long ticks;
	char text[256];
	const char *end;
	ssize_t n;

	if (one->state_file < 0)
		one->state_file = open_state(one);
	if (one->state_file < 0)
		return look;
	n = pread(one->state_file, text, sizeof(text) - 1, 0);
	if (!keep)
		strand_close(one);
	if (n <= 0)
		return look;
	text[n] = '\0';
	end = strrchr(text, ')');
	if (end == NULL || end + 2 >= text + n)
		return look;
	look.state = end[2];
	if (sscanf(end + 3, " %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu", &ticks) == 1)
		look.user_ticks = ticks;
	return look;
}

struct strand_look strand_look(struct strand *one)
{
	return look_at(one, false);
}

bool strand_look_rests(struct strand_look look)
{
	return look.state != 'R' && look.state != 'D';
}

bool strands_rest(struct strands *s)
{
	int left = MOST_ASKED;

	for (size_t i = s->count; i-- > 0 && left > 0;) {
		struct strand *one = &s->at[i];

		if (one->state != STRAND_AWAY || one->gone)
			continue;
		left--;
		if (look_at(one, i < MOST_KEPT_OPEN).state == 'R')
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
