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

enum { MOST_FORKS = 512 };

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

/* The strand of a thread; what is decided at a birth is, if it is new. */
static uint32_t meet(struct marshal *m, pid_t thread, int64_t now)
{
	size_t before = m->strands.count;
	uint32_t index = strands_meet(&m->strands, thread, now);
	struct strand *one = &m->strands.at[index];

	if (m->strands.count == before)
		return index;
	m->effect.threads++;
	if (!one->announced && index > 0)
		one->held_ns = decide_spawn(m, &m->strands.at[one->parent]);
	decide_birth(m, one, one->held_ns);
	return index;
}

/*
 * fork is not intercepted, so a child is met at its first call, before or after its parent's next one, or another child's
 * first. Where names must be the same whichever comes first, the kernel is asked for the children by then.
 */
static void meet_forks(struct marshal *m, uint32_t index, int64_t now)
{
	pid_t children[MOST_FORKS];
	size_t count = forks_of(&m->strands.at[index], children, MOST_FORKS);

	m->strands.forker = index;
	for (size_t i = 0; i < count; i++)
		if (!strands_know(&m->strands, children[i]))
			(void)meet(m, children[i], now);
	m->strands.forker = NOBODY;
}

/* Before a process that has not been met yet: those that its parent forked before it. */
static void meet_elders(struct marshal *m, pid_t thread, int64_t now)
{
	size_t count = m->strands.count;
	pid_t parent;

	if (strands_know(&m->strands, thread))
		return;
	parent = strands_parent_of(thread);
	for (size_t i = 0; parent != 0 && i < count; i++)
		if (m->strands.at[i].group == parent && !m->strands.at[i].gone)
			meet_forks(m, (uint32_t)i, now);
}

/* Its call, and how often it was made before; the same again when a signal took it back, and here it is once more. */
static void name(struct marshal *m, struct strand *one, const struct seccomp_notif *n)
{
	bool again = one->state == STRAND_PARKED || one->taken_back;
	uint64_t before = again ? strand_event_key(one) : 0;

	one->call = call_find(n->data.nr);
	one->site = (uint32_t)(n->data.instruction_pointer & 0xFFF);
	if (!again || strand_event_key(one) != before)
		one->k = strands_count_key(&m->strands, strand_event_key(one));
	one->taken_back = false;
}

static void park(struct marshal *m, const struct seccomp_notif *n)
{
	int64_t now = now_ns();
	struct strand *one;
	uint32_t index;

	if (m->counts_forks)
		meet_elders(m, (pid_t)n->pid, now);
	index = meet(m, (pid_t)n->pid, now);
	if (m->counts_forks)
		meet_forks(m, index, now);
	one = &m->strands.at[index];
	name(m, one, n);
	if (one->state == STRAND_PARKED)
		m->effect.cancelled++;
	else
		m->parked++;
	one->state = STRAND_PARKED;
	one->id = n->id;
	one->birth_place = birth_place(n);
	one->arrived = now;
	one->struck = false;
	if (m->traces)
		one->object = object_of(&m->objects, n, one->group);
	if (one->at_birth && one->announced && m->births_awaited > 0)
		m->births_awaited--;
	one->at_birth = false;
	m->effect.events++;
	one->concurrent = !chaos_is_quiescent(&m->chaos) && strands_concurrent(&m->strands);
	one->held_ns = decide_hold(m, one);
	/* Under these it is looked at when a strand is picked: until then a thread may still be dying. */
	if (chaos_is_quiescent(&m->chaos))
		return;
	m->effect.concurrent += one->concurrent;
	one->due = later(now, one->held_ns);
	if (m->chaos.arm != CHAOS_FORCE || !force_arrived(m, index)) {
		holds_push(m, index);
		return;
	}
	one->due = INT64_MAX;
	if (m->takes_stacks)
		force_take_stack(m, index, n);
}

/* Takes all that waits; eagerly, so that signals find little that they can take back. */
void arrivals_take(struct marshal *m)
{
	while (listener_take(m->listener, &m->notice))
		if (!watch(m, m->notice.in))
			park(m, m->notice.in);
}
