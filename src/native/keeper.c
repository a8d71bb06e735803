/*
 * The keeper of one group of noise.
 *
 * Theory of operation: a process between main and the noise, so that main need not wait for it and so that the noise
 * ends with main, however main ends: the keeper is the subreaper of all that the noise starts, and when the channel
 * ends it kills everything below it. Nothing of the noise dies otherwise: what ends too early is a failure, and the
 * group ends with it. stress-ng is asked to end before it is killed, because some of its classes leave things behind
 * (System V queues and semaphores) that only it can remove.
 *
 * Three classes are our own (work.c) even where stress-ng is installed: a condition means the same on every machine,
 * and stress-ng's `switch` was seen to keep other processes off the CPU for seconds (Linux 6.18).
 *
 * Should the keeper itself be killed, our own processes die with it. stress-ng's main process does so too; the others
 * have asked for SIGALRM at its death, and being a process group of their own within the keeper's session, which is
 * orphaned then, they get SIGHUP and go on where they stood still.
 */
#include "noise.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FD_CHANNEL, FD_SIGNALS, FD_SAYS, FD_COUNT };

/*
 * stress-ng 0.15 has started its processes 20 to 60 ms after exec, those its processes start 20 ms later, and ends
 * within 10 to 160 ms of SIGTERM.
 */
enum { LOOK_MS = 10, SETTLE_MS = 50, START_MS = 10 * 1000, FAREWELL_MS = 500, GIVE_UP_MS = 10 * 1000 };

struct keeper {
	const struct plan *plan;
	const struct noise *noise;
	size_t index;
	pid_t self;
	int channel, signals;
	pid_t *own;                      /* processes of our own classes */
	size_t own_count, foreign_count; /* foreign: how many processes stress-ng is to have, its main one not counted */
	struct stress_ng stress_ng;
	bool running;
	int64_t started, settled;        /* settled: since when all of stress-ng's processes are there, 0 not yet */
	char folder[32];
	struct processes processes;
};

static void tell(struct keeper *k, char message, const char *text)
{
	char packet[1 + NOISE_TEXT] = { message };
	size_t n = strnlen(text, NOISE_TEXT);

	memcpy(packet + 1, text, n);
	/* EPIPE: main is gone, and we shall read that. */
	(void)send(k->channel, packet, 1 + n, MSG_NOSIGNAL);
}

/* Whether a process is one of those that must not end. */
static bool is_needed(const struct keeper *k, pid_t pid)
{
	for (size_t i = 0; i < k->own_count; i++)
		if (k->own[i] == pid)
			return true;
	return pid == k->stress_ng.pid;
}

/* Reaps all that is dead; false: nothing lives below us any more. `*lost`: who was needed, with its status. */
static bool reap(struct keeper *k, pid_t *lost, int *status)
{
	int one;
	pid_t pid;

	while ((pid = waitpid(-1, &one, WNOHANG)) > 0) {
		if (!is_needed(k, pid))
			continue;
		*lost = pid;
		*status = one;
	}
	return pid == 0;
}

static void drain_signals(int fd)
{
	struct signalfd_siginfo info;

	while (read(fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
		;
}

/* Reaps until nothing lives, at most until `when`; true: nothing lives. */
static bool wait_for_all(struct keeper *k, int64_t when)
{
	struct pollfd signals = { .fd = k->signals, .events = POLLIN };
	pid_t lost;
	int status;

	while (reap(k, &lost, &status)) {
		if (now_ns() >= when)
			return false;
		if (poll(&signals, 1, LOOK_MS) > 0)
			drain_signals(k->signals);
	}
	return true;
}

static void remove_folder(struct keeper *k)
{
	int root = open(k->plan->scratch, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int fd = root < 0 ? -1 : openat(root, k->folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	unsigned flat = 0;

	/* Best effort: main empties the whole root when it ends. */
	if (fd >= 0 && folder_empty(fd, &flat, NULL, NULL) == 0)
		(void)unlinkat(root, k->folder, AT_REMOVEDIR);
}

static _Noreturn void leave(struct keeper *k)
{
	int64_t give_up = later(now_ns(), GIVE_UP_MS * NS_PER_MS);
	bool gone = false;

	if (k->stress_ng.pid != 0) {
		processes_continue(&k->processes, k->self);
		(void)kill(k->stress_ng.pid, SIGTERM);
		gone = wait_for_all(k, later(now_ns(), FAREWELL_MS * NS_PER_MS));
	}
	while (!gone && now_ns() < give_up) {
		processes_kill(&k->processes, k->self, NULL, 0);
		gone = wait_for_all(k, later(now_ns(), 2 * LOOK_MS * NS_PER_MS));
	}
	if (k->foreign_count > 0)
		remove_folder(k);
	_exit(0);
}

__attribute__((format(printf, 2, 3))) static _Noreturn void fail(struct keeper *k, const char *format, ...)
{
	char text[NOISE_TEXT];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	tell(k, SAYS_BROKEN, text);
	leave(k);
}

static void set_signals(struct keeper *k)
{
	sigset_t all, child;

	/* What is ignored would be handed on to stress-ng. Fails for SIGKILL, SIGSTOP and libc's own. */
	for (int i = 1; i < NSIG; i++)
		(void)signal(i, SIG_DFL);
	sigfillset(&all);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	k->signals = signalfd(-1, &child, SFD_NONBLOCK | SFD_CLOEXEC);
	if (sigprocmask(SIG_SETMASK, &all, NULL) != 0 || k->signals < 0)
		fatal("signalfd");
}

/* Keeps the channel and standard error, nothing else. */
static void set_files(struct keeper *k)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0)
		fatal("/dev/null");
	if (k->channel != STDERR_FILENO + 1) {
		if (dup3(k->channel, STDERR_FILENO + 1, O_CLOEXEC) < 0)
			fatal("dup3");
		k->channel = STDERR_FILENO + 1;
	}
	close_from(STDERR_FILENO + 2);
}

static void set_up(struct keeper *k)
{
	if (setsid() < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) != 0 || prctl(PR_SET_NAME, "noise-keeper") != 0)
		fatal("prctl");
	set_files(k);
	set_signals(k);
	snprintf(k->folder, sizeof(k->folder), "noise%zu", k->index);
}

static void remember_own(struct keeper *k)
{
	if (!processes_below(&k->processes, k->self))
		fatal("/proc");
	k->own = calloc(k->processes.count + 1, sizeof(*k->own));
	if (k->own == NULL)
		fatal("out of memory");
	for (size_t i = 0; i < k->processes.count; i++)
		k->own[k->own_count++] = k->processes.at[i].pid;
}

const char *noise_way_out(int error)
{
	return error == EAGAIN ? "; end other processes, or raise the limit, see `ulimit -u`" : "";
}

static void start_own(struct keeper *k)
{
	for (size_t i = 0; i < k->noise->count; i++) {
		const struct noise_class *class = &k->noise->classes[i];
		int error = 0;

		if (!work_is_known(class->name))
			continue;
		for (uint32_t n = 0; n < class->count && error == 0; n++)
			error = work_start(class->name);
		if (error != 0)
			fail(k, "the noise %s cannot be started: %s%s", class->name, strerror(error), noise_way_out(error));
	}
	remember_own(k);
}

static void start_stress_ng(struct keeper *k)
{
	struct text folder = { 0 };
	int error;

	text_printf(&folder, "%s/%s", k->plan->scratch, k->folder);
	error = stress_ng_start(&k->stress_ng, k->plan, k->noise, folder.at);
	if (error != 0)
		fail(k, "stress-ng cannot be started: %s%s", strerror(error), noise_way_out(error));
	text_free(&folder);
}

static void start(struct keeper *k)
{
	const struct noise *noise = k->noise;

	k->started = now_ns();
	if (noise->pinned && sched_setaffinity(0, sizeof(noise->cpus), &noise->cpus) != 0)
		fail(k, "the noise cannot be pinned to its CPUs: %s", strerror(errno));
	for (size_t i = 0; i < noise->count; i++) {
		if (work_is_known(noise->classes[i].name))
			continue;
		if (k->plan->stress_ng == NULL)
			fail(k, "noise of the class %s needs stress-ng", noise->classes[i].name);
		k->foreign_count += noise->classes[i].count;
	}
	start_own(k);
	if (k->foreign_count > 0) {
		start_stress_ng(k);
		return;
	}
	k->running = true;
	tell(k, SAYS_RUNS, "");
}

static _Noreturn void fail_by_end(struct keeper *k, pid_t lost, int status)
{
	bool own = lost != k->stress_ng.pid;
	char how[40];

	if (WIFSIGNALED(status))
		snprintf(how, sizeof(how), "killed by signal %d", WTERMSIG(status));
	else
		snprintf(how, sizeof(how), "exit code %d", WEXITSTATUS(status));
	if (own)
		fail(k, "a process of the noise ended by itself (%s)", how);
	k->stress_ng.pid = 0;
	stress_ng_first_line(&k->stress_ng);
	fail(k, "stress-ng ended by itself (%s)%s%s", how, k->stress_ng.said[0] == '\0' ? "" : ": ", k->stress_ng.said);
}

/* Whether stress-ng is at work: its processes are there, and have had a moment to get going. */
static void look(struct keeper *k)
{
	size_t wanted = k->own_count + 1 + k->foreign_count;

	if (!processes_below(&k->processes, k->self))
		fatal("/proc");
	if (k->processes.count < wanted)
		k->settled = 0;
	else if (k->settled == 0)
		k->settled = now_ns();
	if (k->settled != 0 && now_ns() >= k->settled + SETTLE_MS * NS_PER_MS) {
		k->running = true;
		tell(k, SAYS_RUNS, "");
	} else if (now_ns() > k->started + START_MS * NS_PER_MS) {
		fail(k, "stress-ng does not get its %zu processes started", k->foreign_count);
	}
}

/* Signals what we know; the process table, which takes longer, then shows who else there is. */
static void signal_known(const struct keeper *k, int number)
{
	for (size_t i = 0; i < k->own_count; i++)
		(void)kill(k->own[i], number);
	if (k->stress_ng.pid != 0)
		(void)kill(-k->stress_ng.pid, number);
}

/* False: main is gone. */
static bool obey(struct keeper *k)
{
	char order;
	ssize_t n = recv(k->channel, &order, 1, MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (n == 0)
		return false;
	if (order == ORDER_STAND) {
		signal_known(k, SIGSTOP);
		(void)processes_stop(&k->processes, k->self);
		tell(k, SAYS_STANDS, "");
	} else {
		signal_known(k, SIGCONT);
		/* Our own processes have no others. */
		if (k->stress_ng.pid != 0)
			processes_continue(&k->processes, k->self);
		tell(k, SAYS_RUNS, "");
	}
	return true;
}

static void keep(struct keeper *k)
{
	pid_t lost = 0;
	int status = 0;

	for (;;) {
		struct pollfd fds[FD_COUNT] = { [FD_CHANNEL] = { .fd = k->channel, .events = POLLIN },
						[FD_SIGNALS] = { .fd = k->signals, .events = POLLIN },
						[FD_SAYS] = { .fd = k->stress_ng.says, .events = POLLIN } };

		if (poll(fds, FD_COUNT, k->running ? -1 : LOOK_MS) < 0 && errno != EINTR)
			fatal("poll");
		drain_signals(k->signals);
		(void)reap(k, &lost, &status);
		if (lost != 0)
			fail_by_end(k, lost, status);
		if (fds[FD_SAYS].revents != 0)
			stress_ng_hear(&k->stress_ng);
		if (!k->running)
			look(k);
		if (fds[FD_CHANNEL].revents != 0 && !obey(k))
			return;
	}
}

_Noreturn void keeper_main(const struct plan *plan, const struct noise *noise, size_t index, int channel)
{
	struct keeper *k = calloc(1, sizeof(*k));

	if (k == NULL)
		fatal("out of memory");
	*k = (struct keeper){ .plan = plan, .noise = noise, .index = index, .self = getpid(), .channel = channel,
			       .stress_ng.says = -1 };
	set_up(k);
	start(k);
	keep(k);
	leave(k);
}
