/*
 * Forcing an order of two events of different threads.
 *
 * Theory of operation: whoever comes to `second` is held until `first` has been let go, or is done, and for `offset_us`
 * more; all else goes on at once. `first` is done when its thread makes its next call, has ended, has spent time outside
 * the kernel, or sleeps in it (a look at a moment when it sleeps on a lock proves nothing: two, 1 ms apart).
 *
 * An order may be impossible because `first` waits for what comes after `second`. A hold therefore ends when all other
 * threads have been at rest for 20 ms, none of them in a sleep that time will end, and in any case after a second, or a
 * quarter of the run's time limit. Such a run proves nothing, and says so: counted as forced it would show the outcome
 * of the order that was not asked for.
 */
#include "chaos.h"

#include <sys/syscall.h>

enum { REST_MS = 20, SETTLE_MS = 1, MOST_PATIENCE_MS = 1000, LOOK_US = 1000, LOOK_DONE_US = 200, USER_TICKS = 2 };

void force_begin(struct marshal *m, int64_t limit_ns)
{
	int64_t most = MOST_PATIENCE_MS * NS_PER_MS;

	m->forcing = (struct forcing){ .patience = limit_ns / 4 < most ? limit_ns / 4 : most };
	m->look_again = INT64_MAX;
}

static void enter_state(struct point *p, enum point_state state, int64_t now)
{
	p->state = state;
	p->since = now;
}

static bool is_event(const struct strand *one, const struct event_name *name)
{
	return one->k == name->k && strand_event_key(one) == name->key;
}

/* Whether the strand's call is this event, which has not been let go yet: then it is held. */
static bool arrives_at(struct point *p, const struct event_name *name, const struct strand *one, uint32_t index)
{
	bool held = p->state == POINT_HELD || p->state == POINT_DUE;

	if (p->state != POINT_AWAITED && !held)
		return false;
	if (!is_event(one, name)) {
		/* A signal took the call back, and its handler makes another. */
		if (held && p->strand == index)
			enter_state(p, POINT_AWAITED, one->arrived);
		return false;
	}
	if (!held)
		p->since = one->arrived;
	p->state = POINT_HELD;
	p->strand = index;
	return true;
}

bool force_arrived(struct marshal *m, uint32_t index)
{
	struct forcing *f = &m->forcing;
	const struct strand *one = &m->strands.at[index];

	if (f->first.state == POINT_RELEASED && f->first.strand == index)
		enter_state(&f->first, POINT_DONE, one->arrived);
	return arrives_at(&f->first, &m->chaos.order.first, one, index) ||
	       arrives_at(&f->second, &m->chaos.order.second, one, index);
}

void force_take_stack(struct marshal *m, uint32_t index, const struct seccomp_notif *n)
{
	const struct point *first = &m->forcing.first;
	struct text *stack = &m->stacks[first->state == POINT_HELD && first->strand == index ? 0 : 1];

	if (stack->used == 0)
		user_stack(n, stack);
}

static bool is_let_go(const struct point *p, uint32_t index)
{
	return (p->state == POINT_HELD || p->state == POINT_DUE) && p->strand == index;
}

static bool is_in_order(const struct marshal *m)
{
	const struct forcing *f = &m->forcing;

	return !f->gave_up && f->first.state >= (m->chaos.order.after_done ? POINT_DONE : POINT_RELEASED);
}

void force_released(struct marshal *m, uint32_t index, int64_t now)
{
	struct forcing *f = &m->forcing;

	if (is_let_go(&f->first, index)) {
		enter_state(&f->first, POINT_RELEASED, now);
		f->asleep_since = 0;
		if (m->chaos.order.after_done)
			f->user_ticks = strand_look(&m->strands.at[index]).user_ticks;
	} else if (is_let_go(&f->second, index)) {
		f->kept = is_in_order(m);
		enter_state(&f->second, POINT_RELEASED, now);
	}
}

void force_failed(struct marshal *m, uint32_t index, int64_t now)
{
	struct point *points[] = { &m->forcing.first, &m->forcing.second };

	for (int i = 0; i < 2; i++)
		if (points[i]->state == POINT_RELEASED && points[i]->strand == index && points[i]->since == now)
			enter_state(points[i], POINT_AWAITED, now);
}

static void let_go(struct marshal *m, struct point *p, int64_t when)
{
	struct strand *one = &m->strands.at[p->strand];

	p->state = POINT_DUE;
	one->due = when;
	one->held_ns = p->waited || when > now_ns() ? when - one->arrived : 0;
	holds_push(m, p->strand);
}

/* Looks whether the call of `first`, which was let go, is over, or sleeps. */
static bool is_done(struct marshal *m, int64_t now)
{
	struct forcing *f = &m->forcing;
	struct strand_look look;

	if (f->first.state != POINT_RELEASED)
		return f->first.state == POINT_DONE;
	look = strand_look(&m->strands.at[f->first.strand]);
	if (look.state != 'S')
		f->asleep_since = 0;
	else if (f->asleep_since == 0)
		f->asleep_since = now;
	if (look.state == 'X' || look.state == 'Z' || look.user_ticks >= f->user_ticks + USER_TICKS ||
	    (f->asleep_since != 0 && now - f->asleep_since >= SETTLE_MS * NS_PER_MS))
		enter_state(&f->first, POINT_DONE, now);
	return f->first.state == POINT_DONE;
}

/* A sleep that ends by itself. */
static bool is_timed(const struct strand *one)
{
	return one->call != NULL && (one->call->nr == __NR_nanosleep || one->call->nr == __NR_clock_nanosleep);
}

static bool all_rest(struct marshal *m)
{
	for (size_t i = 0; i < m->strands.count; i++) {
		struct strand *one = &m->strands.at[i];
		struct strand_look look;

		if (one->state != STRAND_AWAY || one->gone)
			continue;
		look = strand_look(one);
		one->gone = look.state == 'X' || look.state == 'Z';
		if (!strand_look_rests(look) || (!one->gone && is_timed(one)))
			return false;
	}
	return true;
}

/* Whether nothing has happened for long, nor will. */
static bool is_stuck(struct marshal *m, int64_t now)
{
	struct forcing *f = &m->forcing;

	if (f->events_seen != m->effect.events || m->births_awaited > 0 || !all_rest(m)) {
		f->events_seen = m->effect.events;
		f->rest_since = 0;
		return false;
	}
	if (f->rest_since == 0)
		f->rest_since = now;
	if (now - f->rest_since < REST_MS * NS_PER_MS)
		return false;
	/* Who seemed to sleep may be waiting for us, who have not taken its call yet. */
	if (!strangers_rest(&m->table, &m->strands) || listener_waits(m->listener))
		f->rest_since = 0;
	return f->rest_since != 0;
}

/* Whether the other of the two is waited for no longer. */
static bool gives_up(struct marshal *m, const struct point *held, int64_t now)
{
	struct forcing *f = &m->forcing;

	if (!f->gave_up)
		f->gave_up = now - held->since >= f->patience ||
			     (f->first.state != POINT_RELEASED && is_stuck(m, now));
	return f->gave_up;
}

static void look_at_first(struct marshal *m, int64_t now)
{
	struct forcing *f = &m->forcing;

	if (f->first.state != POINT_HELD)
		return;
	if (!m->chaos.order.interleaved || f->second.state != POINT_AWAITED || gives_up(m, &f->first, now))
		let_go(m, &f->first, now);
}

static void look_at_second(struct marshal *m, int64_t now)
{
	struct forcing *f = &m->forcing;
	const struct order_of_two *order = &m->chaos.order;
	int64_t when;

	if (f->second.state != POINT_HELD)
		return;
	if (order->after_done ? is_done(m, now) : f->first.state == POINT_RELEASED || f->first.state == POINT_DONE) {
		when = later(f->first.since, (int64_t)order->offset_us * NS_PER_US);
		let_go(m, &f->second, when > now ? when : now);
	} else if (f->first.state != POINT_DUE && gives_up(m, &f->second, now)) {
		let_go(m, &f->second, now);
	}
}

int64_t force_look(struct marshal *m)
{
	struct forcing *f = &m->forcing;
	int64_t now = now_ns();

	look_at_first(m, now);
	look_at_second(m, now);
	f->first.waited |= f->first.state == POINT_HELD;
	f->second.waited |= f->second.state == POINT_HELD;
	if (f->first.state != POINT_HELD && f->second.state != POINT_HELD)
		return INT64_MAX;
	return now + (f->first.state == POINT_RELEASED ? LOOK_DONE_US : LOOK_US) * NS_PER_US;
}

enum forced force_verdict(const struct marshal *m)
{
	const struct forcing *f = &m->forcing;

	if (m->chaos.arm != CHAOS_FORCE)
		return FORCED_NONE;
	if (f->first.state < POINT_RELEASED || f->second.state < POINT_RELEASED)
		return FORCED_ABSENT;
	return f->kept ? FORCED_YES : FORCED_INFEASIBLE;
}
