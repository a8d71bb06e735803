/*
 * Taking notifications in.
 *
 * Theory of operation: everything that waits is taken at once, so that signals find little that they can take back. Calls
 * that are only watched (exec, exits, output, seccomp's own) are answered here; the others park their strand, named,
 * counted, and with the time it is held until.
 */
#include "chaos.h"

#include <sys/syscall.h>
#include <unistd.h>

/* The worker may have said meanwhile that all is over. */
static void let_go(struct marshal *m)
{
	int governs = MOOD_GOVERN;

	(void)atomic_compare_exchange_strong(&m->mood, &governs, MOOD_LET_GO);
}

/* The failure point: everything the test started stands still, and the thread with it once its call has been dealt with. */
static void stop_there(struct marshal *m, enum halt_kind kind, const struct seccomp_notif *n)
{
	pid_t group = getpgid((pid_t)n->pid);

	m->halt_thread = (pid_t)n->pid;
	/* Its own stop first: one for the process may be left to a thread that waits for us. ESRCH: it has been killed. */
	(void)syscall(__NR_tkill, n->pid, SIGSTOP);
	if (group > 0)
		(void)kill(-group, SIGSTOP);
	let_go(m);
	m->halted = (int)kind;
}

/* Whether it is one of the arm's calls, and not only watched. */
static bool is_governed(const struct marshal *m, const struct seccomp_notif *n, const struct call *call)
{
	return call != NULL && (call->classes & m->chaos.classes) != 0 && !is_output(n);
}

/* Deals with calls that are only watched, and with those that end the governing; true: it has been answered. */
static bool watch(struct marshal *m, struct seccomp_notif *n)
{
	enum halt_kind halt = m->replay.halts && m->halted == HALT_NONE ? halt_at(m, n) : HALT_NONE;
	enum unfit unfit = unfit_of(n);
	const struct call *call = call_find(n->data.nr);

	if (halt != HALT_NONE)
		stop_there(m, halt, n);
	if (unfit != 0) {
		m->unfit = unfit;
		let_go(m);
	}
	if (halt == HALT_EXIT || halt == HALT_ABORT)
		/* Carried out, it would leave nothing to look at. */
		return listener_skip(m->listener, n->id), true;
	if (halt == HALT_NONE && unfit == 0 && is_governed(m, n, call))
		return false;
	return listener_release(m->listener, n->id), true;
}

static void park(struct marshal *m, const struct seccomp_notif *n)
{
	int64_t now = now_ns();
	size_t before = m->strands.count;
	uint32_t index = strands_meet(&m->strands, (pid_t)n->pid, now);
	struct strand *one = &m->strands.at[index];
	bool born = m->strands.count > before;

	if (one->state == STRAND_PARKED)
		/* A signal took the call back, and here it is again. */
		m->effect.cancelled++;
	else
		m->parked++;
	one->state = STRAND_PARKED;
	one->id = n->id;
	one->call = call_find(n->data.nr);
	one->site = (uint32_t)(n->data.instruction_pointer & 0xFFF);
	one->k = strands_count_key(&m->strands, strand_event_key(one));
	one->arrived = now;
	one->struck = false;
	if (born) {
		m->effect.threads++;
		if (one->announced && m->births_awaited > 0)
			m->births_awaited--;
		if (!one->announced && index > 0)
			one->held_ns = decide_spawn(m, &m->strands.at[one->parent]);
		decide_birth(m, one, one->held_ns);
	}
	m->effect.events++;
	one->concurrent = !chaos_is_quiescent(&m->chaos) && strands_concurrent(&m->strands);
	one->held_ns = decide_hold(m, one);
	/* Under these it is looked at when a strand is picked: until then a thread may still be dying. */
	if (chaos_is_quiescent(&m->chaos))
		return;
	m->effect.concurrent += one->concurrent;
	one->due = later(now, one->held_ns);
	holds_push(m, index);
}

/* Takes all that waits; eagerly, so that signals find little that they can take back. */
void arrivals_take(struct marshal *m)
{
	while (listener_take(m->listener, &m->notice))
		if (!watch(m, m->notice.in))
			park(m, m->notice.in);
}
