/*
 * Governing: the loop of a marshal.
 *
 * Theory of operation: one loop takes every notification that waits, then answers those whose time has come. Under the
 * quiescent arms (handoff, pct) nothing is let go before every thread of the test is parked or blocked (rest.c), so that
 * nothing else can arrive meanwhile. After a clone is let go, nothing else is until the new thread has
 * shown itself (2 ms at most): CFS may run the newborn after an idle thread.
 *
 * Who governs is said by the baton, taken for each round and given back before the calls that may cost an idle marshal
 * its CPU: letting a thread go, yielding, and sleeping.
 */
#include "chaos.h"

#include <errno.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { BIRTH_MS = 2, DEPUTY_US = 300, LONG_US = 20 };

static bool take_baton(struct marshal *m, int me)
{
	int expected = BATON_FREE;

	return m->baton == me || atomic_compare_exchange_strong(&m->baton, &expected, me);
}

static void trace(struct marshal *m, uint32_t index, int64_t now, char decision)
{
	const struct strand *one = &m->strands.at[index];
	size_t before = m->lines.used;

	if (!m->traces || m->lines_full)
		return;
	m->lines_full = !strand_pedigree(&m->strands, index, &m->lines);
	text_printf(&m->lines, "/%u %s %x %u %lld %lld %c", one->epoch, one->call->name, one->site,
		    one->k, (long long)((one->arrived - m->begun) / NS_PER_US),
		    (long long)((now - m->begun) / NS_PER_US), decision);
	if (decision == 'h')
		text_num(&m->lines, (uint64_t)(one->held_ns / NS_PER_US));
	text_str(&m->lines, " ");
	object_write(&one->object, &m->lines);
	text_str(&m->lines, "\n");
	m->lines_full |= m->lines.used > TRACE_CAP;
	if (m->lines_full)
		m->lines.used = before;
}

static void expect_birth(struct marshal *m, uint32_t index, int64_t now)
{
	struct strand *one = &m->strands.at[index];

	strands_expect(&m->strands, index, one->call->nr == __NR_clone, now, decide_spawn(m, one));
	m->births_awaited++;
	m->birth_deadline = now + BIRTH_MS * NS_PER_MS;
}

/* Lets a parked strand go on; false: somebody else governs now, touch nothing. */
static bool release(struct marshal *m, uint32_t index, char decision)
{
	struct strand *one = &m->strands.at[index];
	int64_t now = now_ns();
	uint64_t id = one->id;
	bool yields = chaos_is_quiescent(&m->chaos) && m->baton == BATON_MARSHAL, sent;
	bool skips = yields && one->call->nr == __NR_sched_yield;

	one->state = STRAND_AWAY;
	m->parked--;
	m->effect.schedule = mix_seed(m->effect.schedule, strand_event_key(one) + one->k);
	m->effect.releases += decision == 'p' || decision == 'c';
	if (decision == 'h' || now - one->arrived > LONG_US * NS_PER_US) {
		m->effect.held++;
		m->effect.held_us += (uint64_t)((now - one->arrived) / NS_PER_US);
	}
	trace(m, index, now, decision);
	if (m->chaos.arm == CHAOS_FORCE)
		force_released(m, index, now);
	if (call_is_birth(one->call->nr))
		expect_birth(m, index, now);
	/* The thread we wake may take this CPU and spin: nobody must wait for us then. */
	if (yields)
		m->baton = BATON_FREE;
	/* Having waited is the yield; carried out, it would give the CPU to an idle marshal while others can run. */
	if (skips)
		sent = listener_skip(m->listener, id);
	else
		sent = listener_release(m->listener, id);
	if (yields && !take_baton(m, BATON_MARSHAL))
		return false;
	if (!sent && m->chaos.arm == CHAOS_FORCE)
		force_failed(m, index, now);
	/* Dead, or taken back: then it comes again. `one` may have moved meanwhile only if others governed. */
	if (!sent && syscall(__NR_tkill, one->thread, 0) != 0) {
		one->gone = true;
	} else if (!sent) {
		m->effect.cancelled++;
		one->taken_back = true;
	}
	return true;
}

static bool release_all(struct marshal *m)
{
	for (size_t i = 0; i < m->strands.count; i++)
		if (m->strands.at[i].state == STRAND_PARKED && !release(m, (uint32_t)i, '-'))
			return false;
	m->heap_count = 0;
	return true;
}

static bool awaits_birth(struct marshal *m)
{
	if (m->births_awaited > 0 && now_ns() >= m->birth_deadline)
		m->births_awaited = 0;
	return m->births_awaited > 0;
}

static bool release_due(struct marshal *m)
{
	bool waits_for_births = m->chaos.arm == CHAOS_FORCE;

	while (m->heap_count > 0 && m->strands.at[m->heap[0]].due <= now_ns()) {
		const struct strand *one;
		uint32_t index;

		if (waits_for_births && awaits_birth(m))
			return true;
		index = holds_pop(m);
		one = &m->strands.at[index];
		/* Else left over from a call that was taken back. */
		if (one->state == STRAND_PARKED && one->due <= now_ns() &&
		    !release(m, index, one->held_ns > 0 ? 'h' : '-'))
			return false;
	}
	return true;
}

/* What is let go may be what the other of the two waits for. */
static bool release_forced(struct marshal *m)
{
	uint64_t released;

	do {
		released = m->effect.schedule;
		m->look_again = force_look(m);
		if (!release_due(m))
			return false;
	} while (m->effect.schedule != released);
	return true;
}

static bool release_next(struct marshal *m)
{
	uint32_t next = decide_next(m);

	return next == UINT32_MAX || release(m, next, m->strands.at[next].struck ? 'c' : 'p');
}

static void shuffle(struct marshal *m)
{
	int64_t now = now_ns();

	if (m->chaos.arm == CHAOS_SHUFFLE && now >= m->next_move)
		m->next_move = now + decide_move(m);
}

/* Whether the test is at rest, and everything taken in that arrived before it was. */
static bool is_at_rest(struct marshal *m)
{
	uint32_t events;

	do {
		events = m->effect.events;
		if (!strands_rest(&m->strands))
			return false;
		arrivals_take(m);
	} while (m->effect.events != events);
	return true;
}

/* Lets go whose time has come; false: somebody else governs now. */
static bool answer(struct marshal *m)
{
	m->stirs = false;
	if (m->mood != MOOD_GOVERN)
		return release_all(m);
	switch (m->chaos.arm) {
	case CHAOS_PCT:
	case CHAOS_HANDOFF:
		m->stirs = m->baton == BATON_MARSHAL && m->parked > 0 && !is_at_rest(m);
		return m->stirs || awaits_birth(m) || release_next(m);
	case CHAOS_FORCE:
		return release_forced(m);
	default:
		shuffle(m);
		return release_due(m);
	}
}

/* When to look again even if nothing arrives; INT64_MAX: never. */
static int64_t next_time(const struct marshal *m, bool deputy)
{
	int64_t when;

	if (m->mood != MOOD_GOVERN)
		return INT64_MAX;
	if (m->births_awaited > 0 && (chaos_is_quiescent(&m->chaos) || m->chaos.arm == CHAOS_FORCE))
		return m->birth_deadline;
	if (chaos_is_quiescent(&m->chaos) && m->parked > 0)
		/* Calls wait, and nobody else runs; a deputy lets a moment pass for others to arrive. */
		return deputy ? now_ns() + DEPUTY_US * NS_PER_US : 0;
	if (m->chaos.arm == CHAOS_SHUFFLE)
		return m->next_move;
	when = m->heap_count > 0 ? m->strands.at[m->heap[0]].due : INT64_MAX;
	return m->chaos.arm == CHAOS_FORCE && m->look_again < when ? m->look_again : when;
}

/* Sleeps until a call arrives, somebody pokes, or `when`. */
static void sleep_until(struct marshal *m, int64_t when)
{
	struct pollfd fds[] = { { .fd = m->listener, .events = POLLIN }, { .fd = m->poke, .events = POLLIN } };
	int64_t left = when == INT64_MAX ? NS_PER_S * 3600 : when - now_ns();
	struct timespec timeout = { .tv_sec = left / NS_PER_S, .tv_nsec = left % NS_PER_S };
	uint64_t pokes;

	if (left <= 0)
		return;
	if (ppoll(fds, 2, &timeout, NULL) < 0 && errno != EINTR)
		fatal("ppoll");
	if ((fds[1].revents & POLLIN) != 0 && read(m->poke, &pokes, sizeof(pokes)) < 0 && errno != EAGAIN)
		fatal("eventfd");
	/* Nobody is left who could call: only a poke ends this. */
	if ((fds[0].revents & POLLIN) == 0 && (fds[0].revents & (POLLHUP | POLLERR)) != 0 && m->mood != MOOD_OVER) {
		struct pollfd poke = { .fd = m->poke, .events = POLLIN };

		(void)poll(&poke, 1, -1);
	}
}

void govern(struct marshal *m, int me)
{
	while (m->mood != MOOD_OVER) {
		int64_t when;

		/*
		 * EEVDF may run an idle thread although another can run, if that one has had more than its share. Before the
		 * baton is taken, because that other may spin.
		 */
		if (me == BATON_MARSHAL && chaos_is_quiescent(&m->chaos))
			(void)sched_yield();
		if (!take_baton(m, me))
			return;
		arrivals_take(m);
		if (!answer(m))
			return;
		/* To whom nothing happens because a thread spins comes a deputy. */
		if (!m->stirs)
			m->beats++;
		when = next_time(m, me == BATON_DEPUTY);
		if (me == BATON_MARSHAL)
			m->baton = BATON_FREE;
		sleep_until(m, when);
	}
}
