/*
 * The queue of batches, and the counting of their runs.
 *
 * Theory of operation: workers move from batch to batch by themselves where they may (board.c); main follows, ends a
 * batch once every run that was taken of it has been counted, and opens the next one where the workers had to drain. A
 * worker killed while it was taking a run may or may not have got it: that shows when all others are done and a number
 * is missing.
 */
#include "hunt.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool same_order(const struct order_of_two *a, const struct order_of_two *b)
{
	return strcmp(a->first.text, b->first.text) == 0 && strcmp(a->second.text, b->second.text) == 0 &&
	       a->interleaved == b->interleaved && a->after_done == b->after_done && a->offset_us == b->offset_us;
}

/* Horizon and span only scale what a run draws for itself: they change nothing around it. */
static bool same_chaos(const struct chaos *a, const struct chaos *b)
{
	return a->arm == b->arm && a->classes == b->classes && a->depth == b->depth && a->count == b->count &&
	       a->slack_us == b->slack_us && same_order(&a->order, &b->order);
}

static bool same_replay(const struct replay *a, const struct replay *b)
{
	return a->on == b->on && a->run == b->run && a->seed == b->seed && a->halts == b->halts &&
	       a->halt_length == b->halt_length && memcmp(a->halt, b->halt, a->halt_length) == 0;
}

static bool same_conditions(const struct batch *a, const struct batch *b)
{
	return a->jobs == b->jobs && a->pin == b->pin && CPU_EQUAL(&a->cpus, &b->cpus) &&
	       same_chaos(&a->chaos, &b->chaos) && noise_same(&a->noise, &b->noise) &&
	       quota_same(&a->quota, &b->quota) && same_replay(&a->replay, &b->replay) &&
	       a->trace == b->trace && a->stacks == b->stacks;
}

const char *batches_queue(struct hunt *h, const struct batch *batch)
{
	struct queued *last = h->queued > 0 ? &h->queue[h->queued - 1] : NULL;
	bool chained = last != NULL && batch->from == 0 && same_conditions(&last->batch, batch);

	if (h->queued == MAX_QUEUED)
		return "more than 64 batches wait";
	h->queue[h->queued++] = (struct queued){ .turn = board_publish(h->board, batch, chained), .batch = *batch };
	crew_grow(h, batch->jobs);
	crew_wake(h);
	return NULL;
}

static struct queued *queued_of(struct hunt *h, uint32_t turn)
{
	for (size_t i = 0; i < h->queued; i++)
		if (h->queue[i].turn == turn)
			return &h->queue[i];
	fatal("a run of no batch");
}

static void note_core(struct hunt *h, uint64_t run)
{
	char text[128];

	snprintf(text, sizeof(text), "Run %" PRIu64 " ended as others did; its core dump is kept too, as core.%" PRIu64 ".",
		 run, run);
	record_text(&h->output, "note", text);
}

static void count_class(struct hunt *h, const struct queued *q, uint32_t worker, const struct sighting *s,
			const struct details *d)
{
	uint32_t id;
	enum class_news news = classes_find(&h->classes, s, &id);

	if (news == CLASS_KNOWN) {
		tally_add(&h->tallies, &h->output, id, q->batch.id, s);
		if (d != NULL && d->core_kept)
			note_core(h, s->run);
		return;
	}
	record_class(&h->output, id, q->batch.id, worker, news == CLASS_NEW_EXACT, s, d == NULL ? &h->nothing : d);
	if (news == CLASS_NEW_OVERFLOW && !h->overflow_noted) {
		h->overflow_noted = true;
		record_text(&h->output, "note",
			    "The outcomes fall into more than 4096 classes; further new outputs are counted by how the "
			    "run ended, and only the first of each is kept.");
	}
}

static void report_points(struct hunt *h, const struct order_of_two *order, const struct sighting *s,
			  const struct details *d)
{
	const struct event_name *names[] = { &order->first, &order->second };

	for (int i = 0; i < 2; i++)
		if (d->point_lengths[i] > 0)
			record_point(&h->output, s->run, names[i]->text, d->points[i], d->point_lengths[i]);
}

void batches_count(struct hunt *h, uint32_t worker, const struct sighting *s, const struct details *d)
{
	struct queued *q = queued_of(h, s->turn);

	q->done++;
	h->counted++;
	count_class(h, q, worker, s, d);
	effects_add(&q->effects, s);
	if (q->batch.trace && d != NULL)
		record_trace(&h->output, q->batch.id, s, d);
	if (q->batch.stacks && d != NULL)
		report_points(h, &q->batch.chaos.order, s, d);
}

void batches_flush(struct hunt *h)
{
	tallies_flush(&h->tallies, &h->output);
	for (size_t i = 0; i < h->queued; i++)
		effects_flush(&h->queue[i].effects, &h->output, h->queue[i].batch.id);
}

void batches_news(struct hunt *h, const struct news *news)
{
	uint64_t id = queued_of(h, news->turn)->batch.id;
	struct slot *slot = board_slot(h->board, news->turn);

	if (news->halt != HALT_NONE) {
		record_halt(&h->output, news->run, news->pid, news->thread, news->halt);
	} else if (!slot->closed) {
		board_close(h->board, news->turn);
		record_refused(&h->output, id, news->part, news->text);
	}
}

/* Whether a worker is at, or may be taking, a run of this turn. */
static bool in_progress(const struct hunt *h, uint32_t turn)
{
	for (size_t i = 0; i < h->crew_size; i++) {
		const struct station *s = h->crew[i].station;

		if (h->crew[i].pid != 0 && s->state != STATION_IDLE && WORD_TURN(s->claim) == turn)
			return true;
	}
	return false;
}

/* How many runs were taken of this turn, which ended before `end`. */
static uint64_t taken_of(const struct hunt *h, const struct queued *q, uint64_t end)
{
	return board_count(h->board, board_slot(h->board, q->turn)->start_run, end);
}

/* Counts the runs of this turn that only a dead worker can have taken. */
static void settle_doubts(struct hunt *h, const struct queued *q, uint64_t end)
{
	for (size_t i = 0; i < h->doubtful_count;) {
		struct sighting lost = { .run = WORD_RUN(h->doubtful[i]), .turn = WORD_TURN(h->doubtful[i]),
					 .end = { .kind = END_LOST } };

		if (lost.turn != q->turn) {
			i++;
			continue;
		}
		h->doubtful[i] = h->doubtful[--h->doubtful_count];
		if (lost.run < end && q->done < taken_of(h, q, end))
			batches_count(h, 0, &lost, NULL);
	}
}

/* Whether all runs taken of the ended batch are counted. */
static bool is_complete(struct hunt *h, struct queued *q)
{
	uint64_t end;

	/* In this order: who is seen idle here can take no more, and has left its results where we look next. */
	if (in_progress(h, q->turn))
		return false;
	crew_collect(h);
	end = board_end_run(h->board, q->turn);
	settle_doubts(h, q, end);
	if (q->done != taken_of(h, q, end))
		fatal("a run is missing");
	return true;
}

static void finish(struct hunt *h)
{
	struct queued *q = &h->queue[0];
	int64_t ns = now_ns() - board_slot(h->board, q->turn)->start_ns;

	batches_flush(h);
	record_batch_end(&h->output, q->batch.id, q->done, (uint64_t)(ns / NS_PER_US));
	h->queued--;
	memmove(&h->queue[0], &h->queue[1], h->queued * sizeof(*q));
}

/* Closes the first batch and those that follow it under the same condition. */
static void refuse(struct hunt *h, enum condition_part part, const char *why)
{
	for (size_t i = 0; i < h->queued; i++) {
		struct slot *slot = board_slot(h->board, h->queue[i].turn);

		if (i > 0 && !slot->chained)
			break;
		if (slot->closed)
			continue;
		board_close(h->board, h->queue[i].turn);
		record_refused(&h->output, h->queue[i].batch.id, part, why);
	}
}

/* Puts what surrounds the runs of the first batch in force, or refuses it; false: that takes a moment. */
static bool put_in_force(struct hunt *h)
{
	const struct queued *q = &h->queue[0];
	const char *why = NULL;
	char no_quota[QUOTA_TEXT];
	enum noise_answer answer;

	if (board_slot(h->board, q->turn)->closed)
		return true;
	if (!quota_enforce(&h->quotas, &h->intake.plan, &q->batch.quota, q->batch.jobs, no_quota)) {
		refuse(h, PART_QUOTA, no_quota);
		return true;
	}
	answer = noise_enforce(&h->noises, &h->intake.plan, &q->batch.noise, &why);
	if (answer == NOISE_REFUSED)
		refuse(h, PART_NOISE, why);
	return answer != NOISE_WAIT;
}

void batches_settle(struct hunt *h)
{
	while (h->queued > 0 && h->stop_reason == NULL) {
		struct queued *q = &h->queue[0];
		uint32_t before = (q->turn - 1) & 0xFFFF;
		bool in_force = put_in_force(h);

		if (WORD_TURN(h->board->word) == before) {
			if (!in_force)
				return;
			board_advance(h->board, before);
			crew_wake(h);
		}
		if (!board_ended(h->board, q->turn) || !is_complete(h, q))
			return;
		finish(h);
	}
}
