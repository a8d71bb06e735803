/*
 * A worker: takes a run, runs it, cleans up, reports, again.
 *
 * Theory of operation: the worker belongs to no run. It blocks every signal and lives in a session of its own, so that a
 * test that signals its group or its terminal does not reach it. What a finished run leaves to say goes into the station
 * and costs no system call, unless it is news: the first output of its kind. The station says at any moment what the
 * worker is at, so that main knows what was lost when the worker is killed.
 */
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STACK_BYTES = 64 * 1024 };

void worker_patience(struct worker *w, int64_t ns)
{
	w->station->patience_ns = later(now_ns(), ns);
}

static bool mail_full(struct station *s)
{
	return s->mail != 0;
}

static bool note_full(struct station *s)
{
	return s->note_full != 0;
}

/* Sleeps until main has made room; a worker that main keeps waiting is not stuck. */
static void wait_while(struct worker *w, bool (*full)(struct station *))
{
	int64_t patience = w->station->patience_ns;

	if (!full(w->station))
		return;
	w->station->patience_ns = 0;
	w->station->waiting = 1;
	while (full(w->station) && !w->main_gone) {
		bell_ring(w->channel);
		worker_wait(w, now_ns() + NS_PER_S);
	}
	w->station->waiting = 0;
	if (patience != 0)
		worker_patience(w, 60 * NS_PER_S);
}

void worker_note(struct worker *w, const char *format, ...)
{
	va_list args;

	wait_while(w, note_full);
	va_start(args, format);
	vsnprintf(w->station->note, sizeof(w->station->note), format, args);
	va_end(args);
	w->station->note_full = 1;
	bell_ring(w->channel);
}

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

static void take_stacks(struct worker *w)
{
	struct details *d = &w->station->details;

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
	/* What others write from here on is not the test's. */
	if (end == WATCH_DEAD)
		output_drain(&w->output, output);
	if (end == WATCH_LIMIT)
		take_stacks(w);
	reap_all(w, pid, &death);
	if (end == WATCH_LIMIT)
		output_drain(&w->output, output);
	s->end = end == WATCH_LIMIT ? (struct end){ .kind = END_TIMEOUT } : end_of(w->launch, death.status);
	w->station->details.dumped = death.dead && WIFSIGNALED(death.status) && WCOREDUMP(death.status);
	note_usage(&w->station->details, &death.usage);
	return end != WATCH_CUT && !w->main_gone;
}

static bool start_and_follow(struct worker *w, struct sighting *s, pid_t *pid)
{
	struct launch *launch = w->launch;
	int64_t begun;
	int ends[2];
	bool counts = true;

	if (pipe2(ends, O_CLOEXEC) != 0 || fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0)
		fatal("pipe2");
	launch->output = ends[1];
	launch->scratch = w->plan->cwd == NULL ? dirfd(w->scratch.dir) : -1;
	begun = now_ns();
	*pid = spawn_test(launch, w->stack_top);
	if (*pid < 0)
		s->end = end_of(launch, 0);
	else
		counts = follow(w, *pid, ends[0], begun, s);
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
	d->output_length = d->cut = d->stacks_length = d->kernel_length = 0;
	d->dumped = d->core_kept = false;
}

static void look_around(struct worker *w, struct sighting *s, pid_t pid)
{
	struct details *d = &w->station->details;
	uint64_t splat = 0;

	s->hash = hash_end(&w->output.hash);
	s->shape = shape_end(&w->output.shape);
	if (w->kmsg >= 0)
		d->kernel_length = (uint32_t)kmsg_take(w->kmsg, d->kernel, sizeof(d->kernel), &splat);
	if (splat != 0) {
		s->hash = mix_seed(s->hash, splat);
		s->shape = mix_seed(s->shape, splat);
	}
	if (d->dumped || (w->scratch.dir != NULL && !scratch_is_empty(&w->scratch)))
		d->core_kept = cores_keep(w, pid, s->run, d->dumped);
}

/* Does one run; false: it counts nowhere. */
static bool run_once(struct worker *w, const struct claim *claim, struct sighting *s)
{
	uint64_t seed = mix_seed(w->plan->seed, claim->run);
	pid_t pid = -1;
	int error = pin(w, &board_slot(w->board, claim->turn)->batch, seed);
	bool counts = true;

	*s = (struct sighting){ .run = claim->run, .turn = claim->turn };
	snprintf(w->run_text, sizeof(w->run_text), "FLAKEHUNT_RUN=%" PRIu64, claim->run);
	snprintf(w->seed_text, sizeof(w->seed_text), "FLAKEHUNT_SEED=%016" PRIx64, seed);
	output_begin(&w->output);
	cores_allow(w);
	if (error == 0 && w->plan->cwd == NULL)
		error = scratch_renew(w);
	if (error != 0)
		s->end = (struct end){ .kind = END_NOEXEC, .code = (uint16_t)error };
	else
		counts = start_and_follow(w, s, &pid);
	if (counts)
		look_around(w, s, pid);
	return counts;
}

static void report(struct worker *w, const struct sighting *s)
{
	struct station *st = w->station;
	uint32_t id;

	if (classes_find(&w->seen, s, &id) != CLASS_KNOWN || st->details.core_kept) {
		output_copy(&w->output, &st->details);
		st->mail_sighting = *s;
		st->mail = 1;
		bell_ring(w->channel);
		return;
	}
	wait_while(w, station_full);
	if (!w->main_gone && station_push(st, s))
		bell_ring(w->channel);
}

static void build_env(struct worker *w)
{
	size_t n = w->plan->envc;

	w->env = calloc(n + 3, sizeof(*w->env));
	if (w->env == NULL)
		fatal("out of memory");
	if (n > 0)
		memcpy(w->env, w->plan->env, n * sizeof(*w->env));
	w->env[n] = w->run_text;
	w->env[n + 1] = w->seed_text;
}

static void map_launch(struct worker *w)
{
	size_t size = STACK_BYTES + sizeof(struct launch);
	char *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		fatal("mmap");
	w->stack_top = at + STACK_BYTES;
	w->launch = (struct launch *)w->stack_top;
	*w->launch = (struct launch){ .argv = w->plan->argv,
				      .env = w->env,
				      .cwd = w->plan->cwd,
				      .traceable = w->plan->gdb != NULL };
}

static void set_signals(struct worker *w)
{
	sigset_t all, child;

	/* A disposition that is ignored would be handed on to the test. Fails for SIGKILL, SIGSTOP and libc's own. */
	for (int i = 1; i < NSIG; i++)
		(void)signal(i, SIG_DFL);
	sigfillset(&all);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	w->signals = signalfd(-1, &child, SFD_NONBLOCK | SFD_CLOEXEC);
	if (sigprocmask(SIG_SETMASK, &all, NULL) != 0 || w->signals < 0)
		fatal("signalfd");
}

/* Keeps the channel and standard error, nothing else. */
static void set_files(struct worker *w)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0)
		fatal("/dev/null");
	if (w->channel != STDERR_FILENO + 1) {
		if (dup3(w->channel, STDERR_FILENO + 1, O_CLOEXEC) < 0)
			fatal("dup3");
		w->channel = STDERR_FILENO + 1;
	}
	close_from(STDERR_FILENO + 2);
	w->kmsg = w->plan->kernel_log ? kmsg_open() : -1;
	if (w->plan->kernel_log && w->kmsg < 0 && w->index == 0)
		worker_note(w, "The kernel log cannot be read (%s): kernel warnings go unseen.", strerror(errno));
}

static void set_up(struct worker *w)
{
	char name[16];

	snprintf(name, sizeof(name), "flakehunt-%u", w->index);
	if (setsid() < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) != 0 || prctl(PR_SET_NAME, name) != 0)
		fatal("prctl");
	if (sched_getaffinity(0, sizeof(w->home), &w->home) != 0)
		fatal("sched_getaffinity");
	w->pinned = w->home;
	set_files(w);
	set_signals(w);
	build_env(w);
	map_launch(w);
	classes_begin(&w->seen);
	scratch_open(&w->scratch, w->plan->scratch, w->index);
}

static bool must_leave(const struct worker *w)
{
	return w->main_gone || w->board->stop_ns != 0;
}

/* Takes the next run, sleeping while there is none; false: leave. */
static bool next_claim(struct worker *w, struct claim *claim)
{
	uint32_t turn = claim->turn;

	for (;;) {
		bool taken;

		w->station->state = STATION_CLAIMING;
		taken = board_take(w->board, w->index, &w->station->claim, claim);
		if (taken) {
			w->station->state = STATION_RUNNING;
			/* Main may be waiting for the last run of the batch before. */
			if (claim->turn != turn)
				bell_ring(w->channel);
			return true;
		}
		w->station->state = STATION_IDLE;
		w->station->patience_ns = 0;
		if (must_leave(w))
			return false;
		bell_ring(w->channel);
		worker_wait(w, INT64_MAX);
	}
}

_Noreturn void worker_main(const struct plan *plan, struct board *board, struct station *station, uint32_t index,
			   int channel)
{
	struct worker *w = calloc(1, sizeof(*w));
	struct claim claim = { 0 };
	struct sighting s;

	if (w == NULL)
		fatal("out of memory");
	w->plan = plan;
	w->board = board;
	w->station = station;
	w->index = index;
	w->channel = channel;
	set_up(w);
	while (next_claim(w, &claim)) {
		worker_patience(w, later((int64_t)plan->limit_ms * NS_PER_MS, 60 * NS_PER_S));
		wait_while(w, mail_full);
		reset_details(w);
		if (w->main_gone || !run_once(w, &claim, &s))
			break;
		report(w, &s);
	}
	scratch_remove(&w->scratch);
	_exit(0);
}
