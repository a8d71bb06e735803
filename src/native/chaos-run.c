/*
 * Chaos as a run sees it.
 *
 * Theory of operation: between setting a run up and reporting it, the worker asks here at each step; without chaos every
 * answer is "nothing to do". The marshal belongs to the worker and is used again for each run.
 */
#include "chaos.h"
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHECK_MS = 10, CROWDED_MS = 1000, CROWDED_PAUSE_MS = 20 };

static bool is_wanted(const struct batch *batch)
{
	return batch->chaos.arm != CHAOS_NONE || batch->replay.halts;
}

static int apply(void *arg)
{
	struct marshal *m = arg;

	return entry_apply(&m->entry);
}

/* Lets the tracer hand our end of the socket down. */
static int hand_down(void *arg)
{
	const struct marshal *m = arg;

	return fcntl(m->entry.handoff, F_SETFD, 0) != 0 ? errno : 0;
}

/* The command line of a traced run: the tracer, our own way in, the test. */
static void trace_launch(struct worker *w, uint64_t run)
{
	struct tracing *t = &w->tracing;
	size_t n = 0;

	if (t->argv == NULL) {
		ssize_t length = readlink("/proc/self/exe", t->self, sizeof(t->self) - 1);

		t->argv = calloc(w->plan->argc + 11, sizeof(*t->argv));
		if (t->argv == NULL || length <= 0)
			fatal("/proc/self/exe");
	}
	snprintf(t->output, sizeof(t->output), "%s/strace.%" PRIu64, w->plan->artifacts, run);
	t->argv[n++] = w->plan->strace;
	t->argv[n++] = (char *)"-f";
	if (w->plan->strace_stacks)
		t->argv[n++] = (char *)"-k";
	t->argv[n++] = (char *)"-o";
	t->argv[n++] = t->output;
	t->argv[n++] = (char *)"--";
	if (w->launch->before_exec != NULL) {
		enter_spec(w->marshal, t->spec, sizeof(t->spec));
		t->argv[n++] = t->self;
		t->argv[n++] = (char *)"--enter";
		t->argv[n++] = t->spec;
		t->argv[n++] = (char *)"--";
		w->launch->before_exec = w->marshal->running ? hand_down : NULL;
	}
	memcpy(&t->argv[n], w->plan->argv, (w->plan->argc + 1) * sizeof(*t->argv));
	w->launch->argv = t->argv;
}

/* Puts the marshal's hook into the launch. */
static int prepare(struct worker *w, const struct batch *batch, uint64_t seed)
{
	int64_t patience = later(now_ns(), CROWDED_MS * NS_PER_MS);
	int64_t limit_ns = (int64_t)w->plan->limit_ms * NS_PER_MS;
	int error;

	if (w->marshal == NULL)
		w->marshal = calloc(1, sizeof(*w->marshal));
	if (w->marshal == NULL)
		fatal("out of memory");
	/* A machine that is out of threads for the moment is given a second to recover, as for the test itself. */
	while ((error = marshal_begin(w->marshal, batch, seed, &w->pinned, limit_ns)) == EAGAIN && now_ns() < patience &&
	       !w->main_gone)
		worker_wait(w, later(now_ns(), CROWDED_PAUSE_MS * NS_PER_MS));
	if (error != 0)
		return error;
	w->launch->before_exec = apply;
	w->launch->before_exec_arg = w->marshal;
	w->launch->shares_session = chaos_is_quiescent(&batch->chaos);
	return 0;
}

int chaos_prepare(struct worker *w, const struct batch *batch, uint64_t run, uint64_t seed)
{
	int error = 0;

	w->halted = false;
	w->launch->before_exec = NULL;
	w->launch->shares_session = false;
	if (is_wanted(batch))
		error = prepare(w, batch, seed);
	if (error == 0 && w->plan->strace != NULL)
		trace_launch(w, run);
	return error;
}

/* The kernel, or a filter of an outer container, does not let us intercept. */
static void refuse(struct worker *w, const struct claim *claim)
{
	struct news news = { .run = claim->run, .turn = claim->turn, .part = PART_CHAOS };

	snprintf(news.text, sizeof(news.text), "system calls cannot be intercepted here (%s)", strerror(w->launch->error));
	worker_news(w, &news);
}

void chaos_started(struct worker *w, const struct claim *claim, const struct batch *batch)
{
	if (!is_wanted(batch))
		return;
	marshal_started(w->marshal);
	if (w->launch->error != 0 && w->marshal->entry.refused)
		refuse(w, claim);
}

static void tell_halt(struct worker *w, pid_t pid)
{
	const struct marshal *m = w->marshal;
	uint64_t claim = w->station->claim;
	struct news news = { .run = WORD_RUN(claim), .turn = WORD_TURN(claim), .halt = (enum halt_kind)m->halted,
			     .pid = pid, .thread = m->halt_thread };

	worker_news(w, &news);
	w->halted = true;
	/* Somebody is looking at it: that takes as long as it takes. */
	w->station->patience_ns = 0;
}

int64_t chaos_check(struct worker *w, pid_t pid)
{
	struct marshal *m = w->marshal;

	if (m == NULL || !m->running || !(chaos_is_quiescent(&m->chaos) || m->replay.halts))
		return INT64_MAX;
	if (m->halted != HALT_NONE && !w->halted)
		tell_halt(w, pid);
	marshal_check(m, pid);
	return later(now_ns(), CHECK_MS * NS_PER_MS);
}

void chaos_let_go(struct worker *w, pid_t pid)
{
	if (w->marshal != NULL)
		marshal_let_go(w->marshal, pid);
}

/* Whole lines, as many as there is room for. */
static void keep_stacks(const struct marshal *m, struct details *d)
{
	for (int i = 0; i < 2; i++) {
		size_t length = m->stacks[i].used;

		for (length = length < POINT_CAP ? length : POINT_CAP; length > 0; length--)
			if (m->stacks[i].at[length - 1] == '\n')
				break;
		d->point_lengths[i] = (uint32_t)length;
		if (length > 0)
			memcpy(d->points[i], m->stacks[i].at, length);
	}
}

void chaos_finish(struct worker *w, struct sighting *s)
{
	struct marshal *m = w->marshal;
	struct details *d = &w->station->details;
	struct effect seen = s->effect;

	if (m == NULL || !m->running)
		return;
	marshal_end(m);
	s->effect = m->effect;
	s->effect.vcsw = seen.vcsw;
	s->effect.ivcsw = seen.ivcsw;
	s->effect.migrations = seen.migrations;
	s->effect.sampled = seen.sampled;
	if (m->unfit != 0)
		s->end = (struct end){ .kind = END_UNFIT, .code = (uint16_t)m->unfit };
	d->trace_length = (uint32_t)m->lines.used;
	if (m->lines.used > 0)
		memcpy(d->trace, m->lines.at, m->lines.used);
	keep_stacks(m, d);
}
