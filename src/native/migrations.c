/*
 * How often the threads of a run moved to another CPU.
 *
 * Theory of operation: a software event of perf counts it, opened on the worker and inherited by all that it starts. It
 * is switched on by exec (enable_on_exec), so that what the worker and the child do before the test begins is not
 * counted; what the test starts inherits a running counter. The kernel notes a migration in its own context, so a
 * counter that excludes the kernel reads 0, and none is opened where only such a one is allowed
 * (perf_event_paranoid 2 and more, without CAP_PERFMON). Opening, inheriting and closing costs some ten microseconds a
 * process and thread, therefore only every 64th run is counted. A test that changes its credentials by exec (a set-uid
 * program) sheds the counter.
 */
#include "worker.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { EVERY = 64 };

static int open_counter(void)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_SOFTWARE,
					.size = sizeof(attr),
					.config = PERF_COUNT_SW_CPU_MIGRATIONS,
					.disabled = 1,
					.enable_on_exec = 1,
					.inherit = 1,
					.exclude_hv = 1 };

	return (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

/* Short of descriptors or memory now, it may succeed next time. */
static bool is_final(int error)
{
	return error != EMFILE && error != ENFILE && error != ENOMEM && error != EINTR;
}

bool migrations_begin(struct worker *w, uint64_t run)
{
	struct migrations *m = &w->migrations;

	m->counting = false;
	if (m->refused || run / w->board->stride % EVERY != 0)
		return false;
	m->counter = open_counter();
	m->counting = m->counter >= 0;
	m->refused = m->counter < 0 && is_final(errno);
	return m->counting;
}

void migrations_end(struct worker *w, struct effect *e)
{
	struct migrations *m = &w->migrations;
	uint64_t count;

	if (!m->counting)
		return;
	m->counting = false;
	if (read(m->counter, &count, sizeof(count)) == (ssize_t)sizeof(count)) {
		e->sampled = true;
		e->migrations = count > UINT32_MAX ? UINT32_MAX : (uint32_t)count;
	}
	close(m->counter);
}
