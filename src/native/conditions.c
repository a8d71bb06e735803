/*
 * The parts of a batch's condition: chaos, noise, quota, and the replay of one run.
 *
 * Theory of operation: a part is there when its leading key is. Each arm of chaos then takes the keys it needs, and all
 * of them; a key of another arm, or of a part that is not there, stays untaken, which orders.c reports.
 */
#include "orders.h"

#include <string.h>

/* CHAOS_NONE has no name: it is the absence of the part. */
const char *const chaos_names[CHAOS_ARMS] = { "", "note", "handoff", "spawn", "shuffle", "pct", "delays", "victim", "slack",
					      "force" };

/* In the order of the bits of enum call_class. */
const char *const call_class_names[CALL_CLASSES] = { "lifecycle", "sync", "resource", "rest" };

static const char *const order_modes[2] = { "order", "interleave" };
static const char *const order_marks[2] = { "release", "done" };

enum { MAX_DEPTH = 4, MAX_DELAYS = 16, MAX_NOISE_COUNT = 1024, MIN_PERIOD_US = 1000, MAX_PERIOD_US = 1000 * 1000 };

static unsigned class_of(const char *name, size_t length)
{
	for (unsigned i = 0; i < CALL_CLASSES; i++)
		if (strlen(call_class_names[i]) == length && memcmp(call_class_names[i], name, length) == 0)
			return 1U << i;
	return 0;
}

static bool take_classes(struct line *line, unsigned *classes)
{
	struct field *field = field_find(line, "classes");
	const char *p = field == NULL ? NULL : field->value;

	while (p != NULL) {
		size_t length = strcspn(p, ",");
		unsigned one = class_of(p, length);

		if (one == 0 || (*classes & one) != 0)
			return false;
		*classes |= one;
		p += length;
		if (*p == '\0')
			return p == field->value + field->length;
		p++;
	}
	return false;
}

static bool take_event(struct line *line, const char *key, struct event_name *into)
{
	const struct field *field = field_find(line, key);

	return field != NULL && event_name_read(field->value, field->length, into);
}

static const char *take_order(struct order_of_two *order, struct line *line)
{
	size_t mode, after;

	if (!take_event(line, "first", &order->first) || !take_event(line, "second", &order->second))
		return "batch: first or second is not PEDIGREE/EPOCH:CALL:SITE:K with a call that is known here";
	if (order->first.key == order->second.key && order->first.k == order->second.k)
		return "batch: first and second are one event";
	if (!take_name(line, "mode", order_modes, 0, 2, &mode))
		return "batch: mode is not order or interleave";
	if (field_find(line, "offset_us") != NULL && !take_number(line, "offset_us", 1, UINT32_MAX, &order->offset_us))
		return "batch: offset_us is malformed or 0";
	if (!take_name(line, "after", order_marks, 0, 2, &after))
		return "batch: after is not done or release";
	order->interleaved = mode == 1;
	order->after_done = after == 1;
	return NULL;
}

static const char *take_arm(struct chaos *chaos, struct line *line)
{
	uint64_t n = 0;

	switch (chaos->arm) {
	case CHAOS_PCT:
		if (!take_number(line, "depth", 1, MAX_DEPTH, &n))
			return "batch: depth is not 1 to 4";
		chaos->depth = (uint32_t)n;
		break;
	case CHAOS_DELAYS:
		if (!take_number(line, "count", 1, MAX_DELAYS, &n))
			return "batch: count is not 1 to 16";
		chaos->count = (uint32_t)n;
		break;
	case CHAOS_VICTIM:
		if (!take_number(line, "span_us", 1, UINT32_MAX, &chaos->span_us))
			return "batch: span_us is missing or malformed";
		break;
	case CHAOS_FORCE:
		return take_order(&chaos->order, line);
	default:
		break;
	}
	if ((chaos->arm == CHAOS_PCT || chaos->arm == CHAOS_DELAYS) &&
	    !take_number(line, "horizon", 1, UINT32_MAX, &chaos->horizon))
		return "batch: horizon is missing, malformed or 0";
	return NULL;
}

static const char *take_chaos(struct chaos *chaos, struct line *line)
{
	size_t arm;

	if (!take_name(line, "chaos", chaos_names, CHAOS_NOTE, CHAOS_ARMS, &arm))
		return "batch: chaos is not note, handoff, spawn, shuffle, pct, delays, victim, slack or force";
	chaos->arm = (enum chaos_arm)arm;
	if (chaos->arm == CHAOS_SLACK)
		return take_number(line, "slack_us", 1, UINT32_MAX, &chaos->slack_us) ? NULL :
			"batch: slack_us is missing, malformed or 0";
	if (!take_classes(line, &chaos->classes))
		return "batch: classes is not a list of lifecycle, sync, resource and rest";
	return take_arm(chaos, line);
}

static bool is_new_name(const struct noise *noise, const char *name, size_t length)
{
	if (length == 0 || length >= NOISE_NAME || strspn(name, "abcdefghijklmnopqrstuvwxyz-") < length)
		return false;
	for (size_t i = 0; i < noise->count; i++)
		if (strlen(noise->classes[i].name) == length && memcmp(noise->classes[i].name, name, length) == 0)
			return false;
	return true;
}

static bool take_noises(struct noise *noise, const struct field *field)
{
	const char *p = field->value;

	for (;;) {
		size_t length = strcspn(p, ":");
		uint64_t n;

		if (noise->count == MAX_NOISES || p[length] != ':' || !is_new_name(noise, p, length))
			return false;
		memcpy(noise->classes[noise->count].name, p, length);
		p = scan_number(p + length + 1, &n);
		if (p == NULL || n == 0 || n > MAX_NOISE_COUNT)
			return false;
		noise->classes[noise->count++].count = (uint32_t)n;
		if (*p == '\0')
			return p == field->value + field->length;
		if (*p++ != ',')
			return false;
	}
}

static const char *take_noise(struct noise *noise, struct line *line)
{
	if (!take_noises(noise, field_find(line, "noise")))
		return "batch: noise is not a list of at most 8 CLASS:COUNT";
	noise->pinned = field_find(line, "noise_cpus") != NULL;
	if (noise->pinned && !take_cpus(line, "noise_cpus", &noise->cpus))
		return "batch: noise_cpus is not an ascending list of CPU numbers";
	return NULL;
}

static const char *take_quota(struct quota *quota, struct line *line)
{
	/* What the kernel makes of the share itself (at least 1 ms), it says where the group is made. */
	if (!take_number(line, "quota_us", 1, UINT32_MAX, &quota->quota_us))
		return "batch: quota_us is malformed or 0";
	if (!take_number(line, "period_us", MIN_PERIOD_US, MAX_PERIOD_US, &quota->period_us))
		return "batch: period_us is not 1000 to 1000000";
	return NULL;
}

static const char *take_replay(struct replay *replay, struct line *line)
{
	struct field *halt = field_find(line, "halt");

	replay->on = true;
	if (!take_number(line, "as_run", 0, UINT64_C(1) << 47, &replay->run))
		return "batch: as_run is malformed";
	if (!take_seed(line, &replay->seed))
		return "batch: seed is not 16 lower-case hex digits";
	if (halt == NULL)
		return NULL;
	if (halt->length > HALT_CAP)
		return "batch: halt is longer than 256 bytes";
	replay->halts = true;
	replay->halt_length = halt->length;
	memcpy(replay->halt, halt->value, halt->length);
	return NULL;
}

/* Of any batch; a replay must ask for it. */
static const char *take_trace(struct batch *batch, struct line *line)
{
	uint64_t trace;

	batch->trace = batch->replay.on || field_find(line, "trace") != NULL;
	return batch->trace && !take_number(line, "trace", 1, 1, &trace) ? "batch: trace is not 1" : NULL;
}

static const char *take_stacks(struct batch *batch, struct line *line)
{
	uint64_t stacks;

	batch->stacks = field_find(line, "stacks") != NULL;
	if (!batch->stacks)
		return NULL;
	if (!take_number(line, "stacks", 1, 1, &stacks))
		return "batch: stacks is not 1";
	return batch->chaos.arm == CHAOS_FORCE ? NULL : "batch: stacks goes with chaos=force only";
}

const char *conditions_take(struct batch *batch, struct line *line)
{
	const char *why = NULL;

	if (field_find(line, "chaos") != NULL)
		why = take_chaos(&batch->chaos, line);
	if (why == NULL && field_find(line, "noise") != NULL)
		why = take_noise(&batch->noise, line);
	if (why == NULL && field_find(line, "quota_us") != NULL)
		why = take_quota(&batch->quota, line);
	if (why == NULL && field_find(line, "as_run") != NULL)
		why = take_replay(&batch->replay, line);
	if (why == NULL)
		why = take_trace(batch, line);
	if (why == NULL)
		why = take_stacks(batch, line);
	return why;
}

static void write_classes(struct text *t, unsigned classes)
{
	const char *separator = "";

	line_key(t, "classes");
	for (unsigned i = 0; i < CALL_CLASSES; i++) {
		if ((classes & (1U << i)) == 0)
			continue;
		text_str(t, separator);
		text_str(t, call_class_names[i]);
		separator = ",";
	}
}

static void write_order(struct text *t, const struct order_of_two *order)
{
	line_str(t, "first", order->first.text);
	line_str(t, "second", order->second.text);
	line_str(t, "mode", order_modes[order->interleaved]);
	if (order->offset_us != 0)
		line_num(t, "offset_us", order->offset_us);
	line_str(t, "after", order_marks[order->after_done]);
}

static void write_chaos(struct text *t, const struct chaos *chaos)
{
	line_str(t, "chaos", chaos_names[chaos->arm]);
	if (chaos->classes != 0)
		write_classes(t, chaos->classes);
	if (chaos->depth != 0)
		line_num(t, "depth", chaos->depth);
	if (chaos->count != 0)
		line_num(t, "count", chaos->count);
	if (chaos->horizon != 0)
		line_num(t, "horizon", chaos->horizon);
	if (chaos->span_us != 0)
		line_num(t, "span_us", chaos->span_us);
	if (chaos->slack_us != 0)
		line_num(t, "slack_us", chaos->slack_us);
	if (chaos->arm == CHAOS_FORCE)
		write_order(t, &chaos->order);
}

static void write_noise(struct text *t, const struct noise *noise)
{
	const char *separator = "";

	line_key(t, "noise");
	for (size_t i = 0; i < noise->count; i++) {
		text_printf(t, "%s%s:%u", separator, noise->classes[i].name, noise->classes[i].count);
		separator = ",";
	}
	if (noise->pinned)
		write_cpus(t, "noise_cpus", &noise->cpus);
}

void conditions_write(struct text *t, const struct batch *batch)
{
	const struct replay *replay = &batch->replay;

	if (batch->chaos.arm != CHAOS_NONE)
		write_chaos(t, &batch->chaos);
	if (batch->noise.count > 0)
		write_noise(t, &batch->noise);
	if (batch->quota.quota_us != 0) {
		line_num(t, "quota_us", batch->quota.quota_us);
		line_num(t, "period_us", batch->quota.period_us);
	}
	if (replay->on) {
		line_num(t, "as_run", replay->run);
		line_hex(t, "seed", replay->seed);
	}
	if (batch->trace)
		line_num(t, "trace", 1);
	if (batch->stacks)
		line_num(t, "stacks", 1);
	if (replay->halts)
		line_bytes(t, "halt", replay->halt, replay->halt_length);
}
