/*
 * Watching one run.
 *
 * Theory of operation: one poll loop a run waits for the test's output, for the death of a child, and for main. The
 * worker holds the pipe's write end itself, so the pipe never reports a hang-up and a run that prints nothing wakes the
 * worker once. Under chaos it looks after the marshal, too, once in a while.
 */
#include "worker.h"

#include <errno.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { FD_SIGNALS, FD_CHANNEL, FD_OUTPUT, FD_COUNT };

static void drain_signals(int fd)
{
	struct signalfd_siginfo info[8];
	ssize_t n;

	do
		n = read(fd, info, sizeof(info));
	while (n == (ssize_t)sizeof(info) || (n < 0 && errno == EINTR));
}

static void wait_for(struct pollfd *fds, nfds_t count, int64_t when)
{
	int64_t left = when - now_ns();
	struct timespec timeout;

	if (left < 0)
		left = 0;
	timeout = (struct timespec){ .tv_sec = left / NS_PER_S, .tv_nsec = left % NS_PER_S };
	if (ppoll(fds, count, &timeout, NULL) < 0) {
		if (errno != EINTR)
			fatal("ppoll");
		for (nfds_t i = 0; i < count; i++)
			fds[i].revents = 0;
	}
}

void worker_wait(struct worker *w, int64_t when)
{
	struct pollfd fds[] = { { .fd = w->signals, .events = POLLIN },
				{ .fd = w->main_gone ? -1 : w->channel, .events = POLLIN } };

	wait_for(fds, 2, when);
	if (fds[FD_SIGNALS].revents != 0)
		drain_signals(w->signals);
	if (fds[FD_CHANNEL].revents != 0 && !bell_drain(w->channel))
		w->main_gone = true;
}

/* When main wants the run cut off; INT64_MAX: it does not. */
static int64_t cut_ns(const struct worker *w)
{
	int64_t stop = w->board->stop_ns;

	if (w->main_gone)
		return 0;
	return stop == 0 ? INT64_MAX : stop;
}

enum watch_end watch_test(struct worker *w, pid_t pid, int output, int64_t limit_ns, struct death *death)
{
	struct pollfd fds[FD_COUNT] = { [FD_SIGNALS] = { .fd = w->signals, .events = POLLIN },
					[FD_CHANNEL] = { .fd = w->channel, .events = POLLIN },
					[FD_OUTPUT] = { .fd = output, .events = POLLIN } };
	bool more_dead = false;

	for (;;) {
		int64_t cut = cut_ns(w);
		int64_t limit = w->halted ? INT64_MAX : limit_ns;
		int64_t until = cut < limit ? cut : limit;
		int64_t check = chaos_check(w, pid);

		wait_for(fds, FD_COUNT, more_dead ? 0 : check < until ? check : until);
		if (fds[FD_SIGNALS].revents != 0)
			drain_signals(w->signals);
		if (fds[FD_CHANNEL].revents != 0 && !bell_drain(w->channel))
			w->main_gone = true;
		if (more_dead || fds[FD_SIGNALS].revents != 0 || now_ns() >= until) {
			more_dead = reap_dead(pid, death, REAPED_AT_ONCE) == REAPED_SOME;
			if (death->dead)
				return WATCH_DEAD;
		}
		if (fds[FD_OUTPUT].revents != 0)
			output_absorb(&w->output, output, sizeof(w->output.chunk));
		cut = cut_ns(w);
		if (now_ns() >= cut)
			return WATCH_CUT;
		if (now_ns() >= limit)
			return WATCH_LIMIT;
	}
}
