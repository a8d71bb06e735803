/*
 * The marshal: a thread of the worker that governs one run's system calls.
 *
 * Theory of operation: the worker's own thread starts the test and watches it as it does without chaos; the marshal
 * receives the listener and governs (govern.c) until it is told that the run is over. Under the quiescent arms it shares
 * the test's CPU and runs at SCHED_IDLE. The policy is the thread's alone: the test is started by the worker's first
 * thread and keeps its own, and because an unprivileged thread cannot leave SCHED_IDLE again, each run has a new marshal.
 *
 * A thread of the test that spins keeps an idle marshal from its CPU. When the worker sees that calls wait and nothing
 * moves while the test uses up CPU time, it starts a deputy at ordinary priority, who governs from then on.
 */
#include "chaos.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { STACK_BYTES = 256 * 1024, SPUN_MS = 10, STUCK_MS = 200 };

static void poke(struct marshal *m)
{
	uint64_t one = 1;

	if (write(m->poke, &one, sizeof(one)) != (ssize_t)sizeof(one))
		fatal("eventfd");
}

static void *marshal_main(void *arg)
{
	struct marshal *m = arg;
	struct sched_param idle = { .sched_priority = 0 };

	/* Fails nowhere known; the arm then acts like one that answers in order of arrival. */
	if (chaos_is_quiescent(&m->chaos))
		(void)sched_setscheduler(0, SCHED_IDLE, &idle);
	(void)prctl(PR_SET_TIMERSLACK, 1L, 0, 0, 0);
	m->listener = listener_receive(m->socket);
	if (m->listener < 0)
		return NULL;
	listener_prefer_same_cpu(m->listener);
	govern(m, BATON_MARSHAL);
	/* Who took the last poke may not be the only one that it was meant for. */
	poke(m);
	return NULL;
}

static void *deputy_main(void *arg)
{
	struct marshal *m = arg;
	struct timespec moment = { .tv_nsec = NS_PER_MS };

	for (;;) {
		govern(m, BATON_DEPUTY);
		if (m->mood == MOOD_OVER)
			break;
		/* The marshal came to it again just before, and is at a round. */
		(void)nanosleep(&moment, NULL);
	}
	poke(m);
	return NULL;
}

static bool start_thread(struct marshal *m, pthread_t *thread, void *(*body)(void *))
{
	pthread_attr_t attributes;
	int error;

	if (pthread_attr_init(&attributes) != 0)
		return false;
	error = pthread_attr_setstacksize(&attributes, STACK_BYTES);
	if (error == 0)
		error = pthread_create(thread, &attributes, body, m);
	return pthread_attr_destroy(&attributes) == 0 && error == 0;
}

static void reset(struct marshal *m, const struct batch *batch, uint64_t seed, const cpu_set_t *cpus)
{
	m->chaos = batch->chaos;
	m->replay = batch->replay;
	m->traces = batch->trace;
	m->takes_stacks = batch->stacks;
	/* A replay names its calls as its hunt did, which had no time to ask. */
	m->counts_forks = (batch->trace && !batch->replay.on) || batch->chaos.arm == CHAOS_FORCE;
	m->seed = seed;
	m->cpus = *cpus;
	m->begun = now_ns();
	m->mood = MOOD_GOVERN;
	m->beats = m->parked = 0;
	m->beats_seen = 0;
	m->seen = m->begun;
	m->burnt_seen = 0;
	m->listener = -1;
	m->baton = BATON_FREE;
	m->halted = HALT_NONE;
	m->effect = (struct effect){ 0 };
	m->unfit = 0;
	m->lines.used = m->stacks[0].used = m->stacks[1].used = 0;
	m->lines_full = false;
	m->heap_count = 0;
	m->birth_deadline = m->next_move = 0;
	m->births_awaited = 0;
	m->deputised = false;
	strands_begin(&m->strands);
	objects_begin(&m->objects);
	decide_begin(m);
}

static void prepare_entry(struct marshal *m)
{
	struct filter_wishes wishes;
	struct entry *e = &m->entry;

	/* Compared as bytes. */
	memset(&wishes, 0, sizeof(wishes));
	wishes.classes = m->chaos.classes;
	wishes.watch_ends = m->replay.halts;
	if (m->chaos.arm == CHAOS_SHUFFLE)
		wishes.classes &= CALLS_LIFECYCLE;
	m->classes = wishes.classes;
	e->no_new_privs = wishes.watch_exec = entry_needs_no_new_privs();
	e->handoff = wishes.handoff = m->entry_socket;
	e->slack_ns = (unsigned long)m->chaos.slack_us * 1000;
	e->batch = chaos_is_quiescent(&m->chaos);
	e->refused = false;
	/* From run to run it is the same program. */
	if (e->filter_length == 0 || memcmp(&wishes, &m->built, sizeof(wishes)) != 0)
		e->filter_length = filter_build(e->filter, &wishes);
	m->built = wishes;
}

int marshal_begin(struct marshal *m, const struct batch *batch, uint64_t seed, const cpu_set_t *cpus, int64_t limit_ns)
{
	int ends[2];

	reset(m, batch, seed, cpus);
	force_begin(m, limit_ns);
	m->running = false;
	if (!chaos_intercepts(&m->chaos) && !m->replay.halts) {
		m->entry = (struct entry){ .slack_ns = (unsigned long)m->chaos.slack_us * 1000 };
		return 0;
	}
	if (m->notice.in == NULL && !notice_open(&m->notice))
		return errno;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return errno;
	m->socket = ends[0];
	m->entry_socket = ends[1];
	m->poke = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (m->poke < 0)
		fatal("eventfd");
	prepare_entry(m);
	m->running = start_thread(m, &m->thread, marshal_main);
	if (m->running)
		return 0;
	close(ends[0]);
	close(ends[1]);
	close(m->poke);
	return EAGAIN;
}

void marshal_started(struct marshal *m)
{
	if (m->running)
		close(m->entry_socket);
}

static bool calls_wait(struct marshal *m)
{
	return m->parked > 0 || (m->listener >= 0 && listener_waits(m->listener));
}

/* CPU time of a process so far; 0: unknown. */
static int64_t burnt_ns(pid_t process)
{
	clockid_t clock;
	struct timespec t;

	if (clock_getcpuclockid(process, &clock) != 0 || clock_gettime(clock, &t) != 0)
		return 0;
	return t.tv_sec * NS_PER_S + t.tv_nsec;
}

/* Whether the test runs on and on. In its own time, because others may have the CPU: for them we wait longer. */
static bool spins(const struct marshal *m, pid_t test)
{
	return burnt_ns(test) - m->burnt_seen >= SPUN_MS * NS_PER_MS || now_ns() - m->seen >= STUCK_MS * NS_PER_MS;
}

void marshal_check(struct marshal *m, pid_t test)
{
	uint32_t beats = m->beats;

	if (!m->running || m->deputised || !chaos_is_quiescent(&m->chaos))
		return;
	if (m->beats_seen != beats || !calls_wait(m)) {
		m->beats_seen = beats;
		m->seen = now_ns();
		m->burnt_seen = burnt_ns(test);
	} else if (m->mood != MOOD_GOVERN || spins(m, test)) {
		m->deputised = start_thread(m, &m->deputy, deputy_main);
	}
}

void marshal_let_go(struct marshal *m, pid_t test)
{
	struct timespec moment = { .tv_nsec = 2 * NS_PER_MS };
	int governs = MOOD_GOVERN;

	if (!m->running)
		return;
	(void)atomic_compare_exchange_strong(&m->mood, &governs, MOOD_LET_GO);
	poke(m);
	for (int i = 0; i < 10 && calls_wait(m); i++) {
		(void)nanosleep(&moment, NULL);
		marshal_check(m, test);
	}
}

void marshal_end(struct marshal *m)
{
	if (!m->running)
		return;
	m->mood = MOOD_OVER;
	poke(m);
	if (pthread_join(m->thread, NULL) != 0 || (m->deputised && pthread_join(m->deputy, NULL) != 0))
		fatal("pthread_join");
	m->running = false;
	m->effect.forced = force_verdict(m);
	/* Hundreds, maybe; the next run may be one without a marshal. */
	for (size_t i = 0; i < m->strands.count; i++)
		strand_close(&m->strands.at[i]);
	if (m->listener >= 0)
		close(m->listener);
	close(m->socket);
	close(m->poke);
	if (m->effect.schedule == 0)
		m->effect.schedule = 1;
}

void marshal_free(struct marshal *m)
{
	notice_free(&m->notice);
	strands_free(&m->strands);
	processes_free(&m->table);
	text_free(&m->lines);
	text_free(&m->stacks[0]);
	text_free(&m->stacks[1]);
	free(m->heap);
}
