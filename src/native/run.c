/*
 * One run, from setting it up to knowing what came of it.
 *
 * Theory of operation: everything that must hold when the test starts (its CPUs, its core limit, its empty folder) is
 * made to hold first, and where that fails the run is reported as not executed, never run otherwise than ordered. The
 * outcome is put together in the station, where main will read it, and in the sighting, which identifies it.
 */
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

/* Gives the run its CPUs; they are the worker's too, so that waking it does not cross CPUs. 0 or an errno. */
static int pin(struct worker *w, const struct batch *batch, uint64_t seed)
{
	cpu_set_t wanted;

	pin_choose(batch, w->index, seed, &wanted);
	if (CPU_COUNT(&wanted) == 0)
		wanted = w->home;
	if (CPU_EQUAL(&wanted, &w->pinned))
		return 0;
	if (sched_setaffinity(0, sizeof(wanted), &wanted) != 0)
		return errno;
	w->pinned = wanted;
	return 0;
}

static struct end end_of(const struct launch *launch, int status)
{
	if (launch->error != 0)
		return (struct end){ .kind = END_NOEXEC, .code = (uint16_t)launch->error };
	if (WIFSIGNALED(status))
		return (struct end){ .kind = END_SIGNAL, .code = (uint16_t)WTERMSIG(status) };
	return (struct end){ .kind = END_EXIT, .code = (uint16_t)WEXITSTATUS(status) };
}

static uint64_t us_of(struct timeval t)
{
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_usec;
}

static void note_usage(struct details *d, const struct rusage *usage)
{
	d->usage = (struct usage){ .user_us = us_of(usage->ru_utime),
				   .sys_us = us_of(usage->ru_stime),
				   .rss_kib = (uint64_t)usage->ru_maxrss,
				   .vcsw = (uint64_t)usage->ru_nvcsw,
				   .ivcsw = (uint64_t)usage->ru_nivcsw };
}

/* Takes the stacks of a run out of time, unless one that hung alike has been reported. */
static void take_stacks(struct worker *w, int output, struct sighting *s)
{
	struct details *d = &w->station->details;

	output_drain(&w->output, output);
	output_identify(&w->output, s);
	s->end = (struct end){ .kind = END_TIMEOUT };
	if (classes_know(&w->seen, s))
		return;
	if (atomic_fetch_add(&w->board->stacks_taken, 1) < w->plan->max_stacks)
		d->stacks_length = (uint32_t)stacks_take(w, d->stacks, sizeof(d->stacks));
}

/* Watches a started test to its end and cleans up after it; false: it was cut off and counts nowhere. */
static bool follow(struct worker *w, pid_t pid, int output, int64_t begun, struct sighting *s)
{
	int64_t limit = later(begun, (int64_t)w->plan->limit_ms * NS_PER_MS);
	struct death death = { .dead = false };
	enum watch_end end = watch_test(w, pid, output, limit, &death);

	s->us = (uint64_t)((now_ns() - begun) / NS_PER_US);
	/* What others write from here on is not the test's; a debugger, too, makes a hanging test say things. */
	if (end == WATCH_DEAD)
		output_drain(&w->output, output);
	if (end == WATCH_LIMIT) {
		chaos_let_go(w, pid);
		take_stacks(w, output, s);
	}
	reap_all(w, pid, &death);
	s->end = end == WATCH_LIMIT ? (struct end){ .kind = END_TIMEOUT } : end_of(w->launch, death.status);
	w->station->details.dumped = death.dead && WIFSIGNALED(death.status) && WCOREDUMP(death.status);
	note_usage(&w->station->details, &death.usage);
	s->effect.vcsw = (uint32_t)death.usage.ru_nvcsw;
	s->effect.ivcsw = (uint32_t)death.usage.ru_nivcsw;
	return end != WATCH_CUT && !w->main_gone;
}

enum { CROWDED_MS = 1000, CROWDED_PAUSE_MS = 20 };

/* Starts the test; a machine that is out of processes for the moment (EAGAIN) is given a second to recover. */
static pid_t start(struct worker *w, int64_t *begun)
{
	int64_t patience = later(now_ns(), CROWDED_MS * NS_PER_MS);
	pid_t pid;

	do {
		*begun = now_ns();
		pid = spawn_test(w->launch, w->stack_top);
		if (pid >= 0 || w->launch->error != EAGAIN)
			return pid;
		worker_wait(w, later(now_ns(), CROWDED_PAUSE_MS * NS_PER_MS));
	} while (now_ns() < patience && !w->main_gone);
	return pid;
}

static bool start_and_follow(struct worker *w, const struct claim *claim, struct sighting *s, pid_t *pid)
{
	const struct batch *batch = &board_slot(w->board, claim->turn)->batch;
	struct launch *launch = w->launch;
	int64_t begun;
	int ends[2];
	bool counts = true;

	if (pipe2(ends, O_CLOEXEC) != 0 || fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0)
		fatal("pipe2");
	launch->output = ends[1];
	launch->run = claim->run;
	launch->scratch = w->plan->cwd == NULL ? dirfd(w->scratch.dir) : -1;
	(void)migrations_begin(w, claim->run);
	*pid = start(w, &begun);
	chaos_started(w, claim, batch);
	quota_started(w, claim);
	if (*pid < 0)
		s->end = end_of(launch, 0);
	else
		counts = follow(w, *pid, ends[0], begun, s);
	migrations_end(w, &s->effect);
	chaos_finish(w, s);
	close(ends[0]);
	close(ends[1]);
	return counts;
}

static void reset_details(struct worker *w)
{
	struct details *d = &w->station->details;

	/* Main has read what was there: `mail` is 0. */
	d->usage = (struct usage){ 0 };
	d->bytes = 0;
	d->output_length = d->cut = d->stacks_length = d->kernel_length = d->trace_length = 0;
	d->point_lengths[0] = d->point_lengths[1] = 0;
	d->dumped = d->core_kept = false;
}

static void look_around(struct worker *w, struct sighting *s, pid_t pid)
{
	struct details *d = &w->station->details;
	uint64_t splat = 0;

	output_identify(&w->output, s);
	if (w->kmsg >= 0)
		d->kernel_length = (uint32_t)kmsg_take(w->kmsg, d->kernel, sizeof(d->kernel), &splat);
	if (splat != 0) {
		s->hash = mix_seed(s->hash, splat);
		s->shape = mix_seed(s->shape, splat);
	}
	if (d->dumped || (w->scratch.dir != NULL && !scratch_is_empty(&w->scratch)))
		d->core_kept = cores_keep(w, pid, s->run, d->dumped);
}

bool run_once(struct worker *w, const struct claim *claim, struct sighting *s)
{
	const struct batch *batch = &board_slot(w->board, claim->turn)->batch;
	const struct replay *replay = &batch->replay;
	uint64_t seed = replay->on ? replay->seed : mix_seed(w->plan->seed, claim->run);
	pid_t pid = -1;
	int error = pin(w, batch, seed);
	bool counts = true;

	*s = (struct sighting){ .run = claim->run, .turn = claim->turn };
	snprintf(w->run_text, sizeof(w->run_text), "FLAKEHUNT_RUN=%" PRIu64, replay->on ? replay->run : claim->run);
	snprintf(w->seed_text, sizeof(w->seed_text), "FLAKEHUNT_SEED=%016" PRIx64, seed);
	reset_details(w);
	output_begin(&w->output);
	cores_allow(w);
	if (error == 0 && w->plan->cwd == NULL)
		error = scratch_renew(w);
	if (error == 0)
		error = quota_prepare(w, claim, batch);
	if (error == 0)
		error = chaos_prepare(w, batch, claim->run, seed);
	if (error != 0)
		s->end = (struct end){ .kind = END_NOEXEC, .code = (uint16_t)error };
	else
		counts = start_and_follow(w, claim, s, &pid);
	if (counts)
		look_around(w, s, pid);
	return counts;
}
