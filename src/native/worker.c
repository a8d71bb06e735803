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
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
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

static bool news_full(struct station *s)
{
	return s->news_full != 0;
}

void worker_news(struct worker *w, const struct news *news)
{
	wait_while(w, news_full);
	w->station->news = *news;
	w->station->news_full = 1;
	bell_ring(w->channel);
}

/* Whether the run is reported with its schedule, or with stacks. */
static bool is_traced(const struct worker *w, const struct sighting *s)
{
	const struct batch *batch = &board_slot(w->board, s->turn)->batch;

	return batch->trace || batch->stacks;
}

static void report(struct worker *w, const struct sighting *s)
{
	struct station *st = w->station;
	uint32_t id;

	if (classes_find(&w->seen, s, &id) != CLASS_KNOWN || st->details.core_kept || is_traced(w, s)) {
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
				      .group = -1,
				      .marks = w->marks,
				      .index = w->index,
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
	w->marks = w->plan->mark ? kmsg_open_marks() : -1;
	if (w->plan->mark && w->marks < 0 && w->index == 0)
		worker_note(w, "The kernel log cannot be written (%s): it does not name the runs.", strerror(errno));
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
	w->group = -1;
	set_up(w);
	while (next_claim(w, &claim)) {
		worker_patience(w, later((int64_t)plan->limit_ms * NS_PER_MS, 60 * NS_PER_S));
		wait_while(w, mail_full);
		if (w->main_gone || !run_once(w, &claim, &s))
			break;
		report(w, &s);
	}
	scratch_remove(&w->scratch);
	quota_leave(w);
	_exit(0);
}
