/*
 * Who runs what.
 *
 * Theory of operation: run numbers and the change of batches must be agreed on by processes any of which may be killed
 * at any instruction, so there is no lock. One atomic word holds (turn, next run); a worker that finds the turn's batch
 * open takes a run by comparing and swapping the number after it (`stride` further) into it, and one that finds it ended
 * swaps in the next turn, if that batch may follow without a pause. Where a batch started is written by the first who looks: before anybody can take a
 * run of a turn, everybody sees the same run number in the word, and a start that is set stays.
 */
#include "common.h"

#include <string.h>

#define UNSET UINT64_MAX

static uint64_t word_of(uint32_t turn, uint64_t run)
{
	return ((uint64_t)(turn & 0xFFFF) << 48) | run;
}

struct slot *board_slot(struct board *b, uint32_t turn)
{
	return &b->slots[turn % SLOTS];
}

void board_open(struct board *b, uint64_t first_run, uint64_t stride)
{
	/* Turn 0 is a batch of no runs, so that the first real one has one to follow. */
	memset(b, 0, sizeof(*b));
	b->stride = stride;
	b->slots[0].start_run = first_run;
	b->slots[0].start_ns = 1;
	b->word = word_of(0, first_run);
}

uint64_t board_count(const struct board *b, uint64_t first, uint64_t end)
{
	return (end - first) / b->stride;
}

uint32_t board_publish(struct board *b, const struct batch *batch, bool chained)
{
	uint32_t turn = (b->published + 1) & 0xFFFF;
	struct slot *slot = board_slot(b, turn);

	slot->batch = *batch;
	slot->chained = chained;
	slot->closed = false;
	slot->start_run = UNSET;
	slot->start_ns = 0;
	b->published = turn;
	return turn;
}

static void mark_start(struct slot *slot, uint64_t run)
{
	uint64_t unset = UNSET;
	int64_t zero = 0;

	if (slot->start_run != UNSET && slot->start_ns != 0)
		return;
	atomic_compare_exchange_strong(&slot->start_ns, &zero, now_ns());
	atomic_compare_exchange_strong(&slot->start_run, &unset, run);
}

static bool is_open(const struct board *b, struct slot *slot, uint64_t run)
{
	uint64_t ms = slot->batch.ms;

	if (slot->closed)
		return false;
	if (slot->batch.runs != UINT64_MAX && board_count(b, slot->start_run, run) >= slot->batch.runs)
		return false;
	return ms == UINT64_MAX || now_ns() < later(slot->start_ns, (int64_t)ms * NS_PER_MS);
}

static bool next_is_chained(struct board *b, uint32_t turn)
{
	return turn != b->published && board_slot(b, turn + 1)->chained;
}

bool board_take(struct board *b, uint32_t index, _Atomic uint64_t *attempt, struct claim *claim)
{
	for (;;) {
		uint64_t word = b->word;
		uint32_t turn = WORD_TURN(word);
		uint64_t run = WORD_RUN(word);
		struct slot *slot = board_slot(b, turn);

		if (b->stop_ns != 0 || index >= slot->batch.jobs)
			return false;
		mark_start(slot, run);
		*attempt = word;
		if (is_open(b, slot, run)) {
			if (atomic_compare_exchange_strong(&b->word, &word, word + b->stride)) {
				*claim = (struct claim){ .turn = turn, .run = run };
				return true;
			}
		} else if (next_is_chained(b, turn)) {
			atomic_compare_exchange_strong(&b->word, &word, word_of(turn + 1, run));
		} else {
			return false;
		}
	}
}

bool board_ended(struct board *b, uint32_t turn)
{
	uint64_t word = b->word;

	if (WORD_TURN(word) != turn)
		return true;
	mark_start(board_slot(b, turn), WORD_RUN(word));
	return !is_open(b, board_slot(b, turn), WORD_RUN(word));
}

void board_close(struct board *b, uint32_t turn)
{
	board_slot(b, turn)->closed = true;
}

uint64_t board_end_run(struct board *b, uint32_t turn)
{
	uint64_t word = b->word;
	uint64_t next_start;

	if (WORD_TURN(word) == turn)
		return WORD_RUN(word);
	/* Not set: nobody has looked at the next batch yet, so the word still tells where it begins. */
	next_start = board_slot(b, turn + 1)->start_run;
	return next_start == UNSET ? WORD_RUN(word) : next_start;
}

void board_advance(struct board *b, uint32_t turn)
{
	uint64_t word = b->word;
	uint64_t run = WORD_RUN(word);
	uint64_t from = board_slot(b, turn + 1)->batch.from;

	if (WORD_TURN(word) != turn || turn == b->published)
		return;
	/* Numbers do not repeat, and keep to the stride, or counting them would not tell how many runs there were. */
	if (from > run) {
		uint64_t strides = (from - run + b->stride - 1) / b->stride;

		b->skipped += strides;
		run += strides * b->stride;
	}
	atomic_compare_exchange_strong(&b->word, &word, word_of(turn + 1, run));
}
