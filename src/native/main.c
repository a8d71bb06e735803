/*
 * The supervisor's main process: orders in, records out, workers in between.
 *
 * Theory of operation: one poll loop. Standard input, signals and the workers' bells wake it; otherwise it looks five
 * times a second, so that it takes no time from the tests. It never blocks on its output: what cannot be written yet
 * waits, and when too much waits, the workers' results wait in their rings, and then the workers.
 */
#include "chaos.h"
#include "hunt.h"
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FD_INPUT, FD_SIGNALS, FD_OUTPUT, FD_CREW };

enum { TALLY_MS = 200, BEAT_MS = 1000, OUTPUT_FULL = 8 * 1024 * 1024, PIPE_STEP = 4096 };

static void set_signals(struct hunt *h)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	h->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	/* SIGPIPE is only blocked: a write to a closed pipe then fails with EPIPE. */
	sigaddset(&set, SIGPIPE);
	/* Ignored by a parent, SIGCHLD would make children vanish unseen. */
	if (h->signals < 0 || signal(SIGCHLD, SIG_DFL) == SIG_ERR || sigprocmask(SIG_SETMASK, &set, NULL) != 0)
		fatal("signalfd");
}

static struct hunt *open_hunt(void)
{
	struct hunt *h = calloc(1, sizeof(*h));
	void *board = mmap(NULL, sizeof(*h->board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (h == NULL || board == MAP_FAILED)
		fatal("out of memory");
	close_from(STDERR_FILENO + 1);
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
		fatal("prctl");
	h->board = board;
	board_open(h->board, 1, 1);
	h->began = h->beat_due = now_ns();
	classes_begin(&h->classes);
	set_signals(h);
	record_hello(&h->output, getpid(), access("/dev/kmsg", R_OK) == 0 ? "kernel-log" : "");
	return h;
}

static void take_signals(struct hunt *h)
{
	struct signalfd_siginfo info;

	while (read(h->signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
		if (info.ssi_signo != SIGCHLD)
			hunt_stop(h, "signal", 0);
	crew_reap(h);
}

/*
 * Writes a part of `at` without blocking: the number of bytes, 0 when nothing fits, -1 when the reader is gone. Node
 * gives a socket, a shell a pipe; both stay in blocking mode, because they may be shared. A guest has a terminal that does
 * not block, and takes less than it is given.
 */
static ssize_t write_part(const char *at, size_t n)
{
	struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };
	ssize_t done = send(STDOUT_FILENO, at, n, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (done < 0 && errno == ENOTSOCK) {
		if (poll(&out, 1, 0) <= 0)
			return 0;
		/* A pipe that polls writable takes this much without blocking. */
		done = write(STDOUT_FILENO, at, n < PIPE_STEP ? n : PIPE_STEP);
	}
	if (done < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	return done;
}

static void write_out(struct hunt *h)
{
	size_t written = 0;

	while (!h->output_broken && written < h->output.used) {
		ssize_t n = write_part(h->output.at + written, h->output.used - written);

		if (n == 0)
			break;
		if (n > 0) {
			written += (size_t)n;
		} else {
			h->output_broken = true;
			hunt_stop(h, "eof", 0);
		}
	}
	text_drop(&h->output, h->output_broken ? h->output.used : written);
}

static void write_all(struct hunt *h)
{
	struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };

	for (write_out(h); h->output.used > 0; write_out(h))
		if (poll(&out, 1, -1) < 0 && errno != EINTR)
			fatal("poll");
}

static struct pollfd *gather(struct hunt *h, size_t *count)
{
	struct pollfd *fds = calloc(FD_CREW + h->crew_size + h->noises.count, sizeof(*fds));

	if (fds == NULL)
		fatal("out of memory");
	fds[FD_INPUT] = (struct pollfd){ .fd = h->input_ended || h->exit_status != 0 ? -1 : STDIN_FILENO,
					 .events = POLLIN };
	fds[FD_SIGNALS] = (struct pollfd){ .fd = h->signals, .events = POLLIN };
	/* With nothing to write only an error is of interest: the reader is gone. */
	fds[FD_OUTPUT] = (struct pollfd){ .fd = h->output_broken ? -1 : STDOUT_FILENO,
					  .events = h->output.used > 0 ? POLLOUT : 0 };
	for (size_t i = 0; i < h->crew_size; i++)
		fds[FD_CREW + i] = (struct pollfd){ .fd = h->crew[i].channel, .events = POLLIN };
	for (size_t i = 0; i < h->noises.count; i++)
		fds[FD_CREW + h->crew_size + i] = (struct pollfd){ .fd = h->noises.at[i].channel, .events = POLLIN };
	*count = FD_CREW + h->crew_size + h->noises.count;
	return fds;
}

static bool is_busy(const struct hunt *h)
{
	return h->queued > 0 || h->stop_reason != NULL || h->tallies.count > 0 || noise_is_on(&h->noises);
}

static int patience_ms(const struct hunt *h)
{
	int64_t due = is_busy(h) ? h->tally_due : INT64_MAX;

	if (h->intake.plan.mark && h->beat_due < due)
		due = h->beat_due;
	return due == INT64_MAX ? -1 : poll_ms_until(due);
}

/* Sleeps until something happens; true: a worker rang. */
static bool wait_and_read(struct hunt *h)
{
	size_t count;
	struct pollfd *fds = gather(h, &count);
	bool rang = false;

	if (poll(fds, (nfds_t)count, patience_ms(h)) < 0) {
		if (errno != EINTR)
			fatal("poll");
		free(fds);
		return false;
	}
	for (size_t i = 0; i < h->crew_size; i++) {
		if (fds[FD_CREW + i].revents == 0)
			continue;
		rang = true;
		/* End of file: the worker is dead, and a signal says so. */
		(void)bell_drain(h->crew[i].channel);
	}
	for (size_t i = 0; i < h->noises.count; i++)
		if (fds[FD_CREW + h->crew_size + i].revents != 0)
			noise_hear(&h->noises.at[i]);
	if ((fds[FD_OUTPUT].revents & (POLLERR | POLLHUP)) != 0 && h->output.used == 0) {
		h->output_broken = true;
		hunt_stop(h, "eof", 0);
	}
	if (fds[FD_INPUT].revents != 0)
		intake_read(h);
	if (fds[FD_SIGNALS].revents != 0)
		take_signals(h);
	free(fds);
	return rang;
}

static void tick(struct hunt *h)
{
	batches_flush(h);
	crew_check_patience(h);
	noise_check_patience(&h->noises);
	if (h->queued == 0)
		noise_rest(&h->noises);
	h->tally_due = now_ns() + TALLY_MS * NS_PER_MS;
}

/* A sign of life. Where nobody reads, one more would tell nothing. */
static void beat(struct hunt *h)
{
	int64_t now = now_ns();

	if (!h->intake.plan.mark || now < h->beat_due)
		return;
	if (h->output.used < OUTPUT_FULL)
		record_beat(&h->output, (uint64_t)((now - h->began) / NS_PER_US));
	h->beat_due = now + BEAT_MS * NS_PER_MS;
}

static void work(struct hunt *h)
{
	while (h->stop_reason == NULL || crew_alive(h) > 0) {
		bool rang = wait_and_read(h);
		bool due = now_ns() >= h->tally_due;

		if ((rang || due) && (h->output.used < OUTPUT_FULL || h->stop_reason != NULL))
			crew_collect(h);
		batches_settle(h);
		if (due)
			tick(h);
		beat(h);
		write_out(h);
	}
}

static void empty_scratch(struct hunt *h)
{
	int fd = open(h->intake.plan.scratch, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	unsigned flat = 0;

	if (fd < 0)
		return;
	if (folder_empty(fd, &flat, NULL, NULL) != 0)
		record_text(&h->output, "note", "The scratch folder cannot be emptied; something is left in it.");
	close(fd);
}

static int close_hunt(struct hunt *h)
{
	uint64_t first = h->intake.plan.first_run;
	uint64_t taken = h->intake.begun ? board_count(h->board, first, WORD_RUN(h->board->word)) - h->board->skipped : 0;
	int status = h->exit_status;

	crew_collect(h);
	noise_end(&h->noises);
	crew_kill_strays(h);
	quota_end(&h->quotas, &h->intake.plan);
	if (h->intake.begun)
		empty_scratch(h);
	batches_flush(h);
	record_bye(&h->output, h->counted, taken - h->counted, h->stop_reason);
	write_all(h);
	crew_free(h);
	tallies_free(&h->tallies);
	processes_free(&h->processes);
	plan_free(&h->intake.plan);
	text_free(&h->input);
	text_free(&h->output);
	if (munmap(h->board, sizeof(*h->board)) != 0)
		fatal("munmap");
	free(h);
	return status;
}

int main(int argc, char **argv)
{
	struct hunt *h;

	if (init_is_wanted()) {
		init();
		/* Words that the kernel did not know are no arguments of ours. */
		argc = 1;
	}
	if (argc == 2 && strcmp(argv[1], "--check-orders") == 0)
		return check_orders();
	if (argc == 2 && strcmp(argv[1], "--sample-records") == 0)
		return sample_records();
	if (argc == 2 && strcmp(argv[1], "--probe") == 0)
		return probe();
	if (argc >= 2 && strcmp(argv[1], "--enter") == 0)
		return enter(argc, argv);
	if (argc >= 2 && strcmp(argv[1], "--leash") == 0)
		return leash(argc, argv);
	if (argc != 1) {
		fprintf(stderr, "usage: supervisor [--check-orders | --sample-records | --probe | --enter ... | --leash ...] < orders > records\n");
		return EXIT_ORDERS;
	}
	h = open_hunt();
	work(h);
	return close_hunt(h);
}
