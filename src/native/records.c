/*
 * Records: what we report, in the grammar of line.c.
 *
 * Theory of operation: one function a verb, keys in PROTOCOL.md's order; fixtures/protocol/records.txt holds what they
 * write.
 */
#include "hunt.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { EACH_LIMIT = 32 };

void record_hello(struct text *t, pid_t pid, const char *features)
{
	line_begin(t, "hello");
	line_num(t, "version", PROTOCOL_VERSION);
	line_num(t, "pid", (uint64_t)pid);
	line_str(t, "features", features);
	line_end(t);
}

static void write_end(struct text *t, struct end end, bool dumped)
{
	line_key(t, "end");
	switch (end.kind) {
	case END_EXIT:
		text_printf(t, "exit:%u", end.code);
		break;
	case END_SIGNAL:
		text_printf(t, dumped ? "signal:%u:core" : "signal:%u", end.code);
		break;
	case END_TIMEOUT:
		text_str(t, "timeout");
		break;
	case END_NOEXEC:
		text_printf(t, "noexec:%u", end.code);
		break;
	case END_LOST:
		text_str(t, "lost");
		break;
	case END_UNFIT:
		text_str(t, end.code == UNFIT_SETUID ? "unfit:setuid" : "unfit:seccomp");
		break;
	}
}

void record_class(struct text *t, uint32_t id, uint64_t batch, uint32_t worker, bool exact, const struct sighting *s,
		  const struct details *d)
{
	line_begin(t, "class");
	line_num(t, "id", id);
	line_num(t, "run", s->run);
	line_num(t, "worker", worker);
	line_num(t, "batch", batch);
	line_num(t, "exact", exact);
	write_end(t, s->end, d->dumped);
	line_num(t, "us", s->us);
	line_num(t, "user_us", d->usage.user_us);
	line_num(t, "sys_us", d->usage.sys_us);
	line_num(t, "rss_kib", d->usage.rss_kib);
	line_num(t, "vcsw", d->usage.vcsw);
	line_num(t, "ivcsw", d->usage.ivcsw);
	line_hex(t, "hash", s->hash);
	if (s->effect.schedule != 0)
		line_hex(t, "schedule", s->effect.schedule);
	line_num(t, "bytes", d->bytes);
	if (d->cut < d->output_length)
		line_num(t, "cut", d->cut);
	line_bytes(t, "output", d->output, d->output_length);
	if (d->stacks_length > 0)
		line_bytes(t, "stacks", d->stacks, d->stacks_length);
	if (d->kernel_length > 0)
		line_bytes(t, "kernel", d->kernel, d->kernel_length);
	if (d->core_kept) {
		line_key(t, "core");
		text_printf(t, "core.%" PRIu64, s->run);
	}
	line_end(t);
}

static int by_run(const void *a, const void *b)
{
	const struct timed_run *x = a, *y = b;

	return (x->run > y->run) - (x->run < y->run);
}

static void write_ranges(struct text *t, const struct tally *tally)
{
	const char *separator = "";

	line_key(t, "runs");
	for (size_t i = 0; i < tally->count; i++) {
		uint64_t first = tally->runs[i].run;

		while (i + 1 < tally->count && tally->runs[i + 1].run == tally->runs[i].run + 1)
			i++;
		text_str(t, separator);
		text_num(t, first);
		if (tally->runs[i].run != first) {
			text_str(t, "-");
			text_num(t, tally->runs[i].run);
		}
		separator = ",";
	}
}

static void write_histogram(struct text *t, const struct tally *tally)
{
	const char *separator = "";

	line_key(t, "hist");
	for (unsigned b = 0; b < BUCKETS; b++) {
		if (tally->buckets[b] == 0)
			continue;
		text_printf(t, "%s%u:%" PRIu32, separator, b, tally->buckets[b]);
		separator = ",";
	}
}

static void write_each(struct text *t, const struct tally *tally)
{
	line_key(t, "each_us");
	for (size_t i = 0; i < tally->count; i++) {
		if (i > 0)
			text_str(t, ",");
		text_num(t, tally->runs[i].us);
	}
}

void record_tally(struct text *t, struct tally *tally)
{
	qsort(tally->runs, tally->count, sizeof(*tally->runs), by_run);
	line_begin(t, "tally");
	line_num(t, "batch", tally->batch);
	line_num(t, "class", tally->class_id);
	write_ranges(t, tally);
	line_num(t, "count", tally->count);
	line_num(t, "sum_us", tally->sum_us);
	line_num(t, "min_us", tally->min_us);
	line_num(t, "max_us", tally->max_us);
	write_histogram(t, tally);
	if (tally->count <= EACH_LIMIT)
		write_each(t, tally);
	line_end(t);
}

void record_effect(struct text *t, uint64_t batch, struct effects *sum)
{
	line_begin(t, "effect");
	line_num(t, "batch", batch);
	line_num(t, "runs", sum->runs);
	line_num(t, "threads", sum->threads);
	line_num(t, "events", sum->events);
	line_num(t, "concurrent", sum->concurrent);
	line_num(t, "held", sum->held);
	line_num(t, "held_us", sum->held_us);
	line_num(t, "releases", sum->releases);
	line_num(t, "points", sum->points);
	line_num(t, "cancelled", sum->cancelled);
	line_num(t, "vcsw", sum->vcsw);
	line_num(t, "ivcsw", sum->ivcsw);
	line_num(t, "sampled", sum->sampled);
	line_num(t, "migrations", sum->migrations);
	line_num(t, "horizon", effects_horizon(sum));
	if (sum->forced + sum->infeasible + sum->absent > 0) {
		line_num(t, "forced", sum->forced);
		line_num(t, "infeasible", sum->infeasible);
		line_num(t, "absent", sum->absent);
	}
	line_end(t);
}

void record_trace(struct text *t, uint64_t batch, const struct sighting *s, const struct details *d)
{
	static const char *const names[] = { [FORCED_NONE] = "", [FORCED_YES] = "yes",
					     [FORCED_INFEASIBLE] = "infeasible", [FORCED_ABSENT] = "absent" };

	line_begin(t, "trace");
	line_num(t, "run", s->run);
	line_num(t, "batch", batch);
	line_hex(t, "schedule", s->effect.schedule);
	if (s->effect.forced != FORCED_NONE)
		line_str(t, "forced", names[s->effect.forced]);
	line_bytes(t, "lines", d->trace, d->trace_length);
	line_end(t);
}

void record_point(struct text *t, uint64_t run, const char *key, const char *frames, size_t length)
{
	line_begin(t, "point");
	line_num(t, "run", run);
	line_str(t, "key", key);
	line_bytes(t, "frames", frames, length);
	line_end(t);
}

void record_halt(struct text *t, uint64_t run, pid_t pid, pid_t thread, enum halt_kind at)
{
	static const char *const names[] = { [HALT_NONE] = "", [HALT_OUTPUT] = "output", [HALT_EXIT] = "exit",
					     [HALT_ABORT] = "abort" };

	line_begin(t, "halt");
	line_num(t, "run", run);
	line_num(t, "pid", (uint64_t)pid);
	line_num(t, "thread", (uint64_t)thread);
	line_str(t, "at", names[at]);
	line_end(t);
}

void record_refused(struct text *t, uint64_t batch, enum condition_part part, const char *text)
{
	static const char *const names[] = { [PART_CHAOS] = "chaos", [PART_NOISE] = "noise", [PART_QUOTA] = "quota" };

	line_begin(t, "refused");
	line_num(t, "batch", batch);
	line_str(t, "part", names[part]);
	line_str(t, "text", text);
	line_end(t);
}

void record_batch_end(struct text *t, uint64_t id, uint64_t runs, uint64_t us)
{
	line_begin(t, "batch-end");
	line_num(t, "id", id);
	line_num(t, "runs", runs);
	line_num(t, "us", us);
	line_end(t);
}

void record_text(struct text *t, const char *verb, const char *text)
{
	line_begin(t, verb);
	line_str(t, "text", text);
	line_end(t);
}

void record_beat(struct text *t, uint64_t us)
{
	line_begin(t, "beat");
	line_num(t, "us", us);
	line_end(t);
}

void record_bye(struct text *t, uint64_t runs, uint64_t abandoned, const char *reason)
{
	line_begin(t, "bye");
	line_num(t, "runs", runs);
	line_num(t, "abandoned", abandoned);
	line_str(t, "reason", reason);
	line_end(t);
}
