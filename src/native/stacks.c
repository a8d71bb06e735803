/*
 * What every thread of a hanging run is doing.
 *
 * Theory of operation: /proc tells state, wait channel, system call and (to root) the kernel stack without disturbing
 * anybody; it is read first. gdb stops the threads and may itself hang on them, so it comes second, has a time limit, and
 * dies with everything it started.
 */
#include "worker.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { GDB_SECONDS = 15, GDB_PROCESSES = 4 };

struct page {
	char *at;
	size_t room, used;
};

static void put(struct page *page, const char *text, size_t n)
{
	if (n > page->room - page->used)
		n = page->room - page->used;
	memcpy(page->at + page->used, text, n);
	page->used += n;
}

static void put_str(struct page *page, const char *text)
{
	put(page, text, strlen(text));
}

/* A small file below `dir`, without its last newline and with NULs as spaces; its length, 0 when unreadable. */
static size_t slurp(int dir, const char *name, char *into, size_t size)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, into, size - 1);

	if (fd >= 0)
		close(fd);
	if (n <= 0)
		n = 0;
	while (n > 0 && (into[n - 1] == '\n' || into[n - 1] == '\0'))
		n--;
	for (ssize_t i = 0; i < n; i++)
		if (into[i] == '\0')
			into[i] = ' ';
	into[n] = '\0';
	return (size_t)n;
}

static void put_file(struct page *page, int dir, const char *name, const char *label)
{
	char text[1024];

	if (slurp(dir, name, text, sizeof(text)) == 0)
		return;
	put_str(page, label);
	put_str(page, text);
}

static char thread_state(int dir)
{
	char stat[512];
	const char *after;

	if (slurp(dir, "stat", stat, sizeof(stat)) == 0 || (after = strrchr(stat, ')')) == NULL || after[1] == '\0')
		return '?';
	return after[2];
}

static void put_kernel_stack(struct page *page, int dir)
{
	char text[4096], *save = NULL;

	if (slurp(dir, "stack", text, sizeof(text)) == 0)
		return;
	for (char *line = strtok_r(text, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
		put_str(page, "    ");
		put_str(page, line);
		put_str(page, "\n");
	}
}

static void put_thread(struct page *page, int task, const char *tid)
{
	int dir = openat(task, tid, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char state[] = " state ?";

	if (dir < 0)
		return;
	state[sizeof(state) - 2] = thread_state(dir);
	put_str(page, "  thread ");
	put_str(page, tid);
	put_file(page, dir, "comm", " ");
	put_str(page, state);
	put_file(page, dir, "wchan", " wchan ");
	put_file(page, dir, "syscall", " syscall ");
	put_str(page, "\n");
	put_kernel_stack(page, dir);
	close(dir);
}

static void put_process(struct page *page, pid_t pid)
{
	char path[64];
	DIR *task;
	struct dirent *entry;

	snprintf(path, sizeof(path), "process %d", (int)pid);
	put_str(page, path);
	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	put_file(page, AT_FDCWD, path, " ");
	put_str(page, "\n");
	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	task = opendir(path);
	if (task == NULL)
		return;
	while ((entry = readdir(task)) != NULL)
		if (isdigit((unsigned char)entry->d_name[0]))
			put_thread(page, dirfd(task), entry->d_name);
	closedir(task);
}

_Noreturn static void exec_gdb(const char *gdb, pid_t pid, int output)
{
	char number[16];
	char *argv[] = { (char *)gdb, "-p", number, "-batch", "-nx", "-ex", "set pagination off", "-ex",
			 "thread apply all bt", NULL };
	/* No DEBUGINFOD_URLS: a hunt does not go to the network for symbols. */
	char *env[] = { "PATH=/usr/bin:/bin", "HOME=/nonexistent", "LC_ALL=C", NULL };
	sigset_t none;
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	snprintf(number, sizeof(number), "%d", (int)pid);
	sigemptyset(&none);
	if (setsid() >= 0 && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && null >= 0 && dup2(null, STDIN_FILENO) >= 0 &&
	    dup2(output, STDOUT_FILENO) >= 0 && dup2(output, STDERR_FILENO) >= 0 &&
	    sigprocmask(SIG_SETMASK, &none, NULL) == 0)
		execve(gdb, argv, env);
	_exit(127);
}

/* Copies what gdb prints until it is done, out of time, or main wants an end. */
static void follow_gdb(struct worker *w, struct page *page, int input, int64_t deadline)
{
	char chunk[4096];

	while (now_ns() < deadline && !w->main_gone && w->board->stop_ns == 0) {
		struct pollfd fds[] = { { .fd = input, .events = POLLIN }, { .fd = w->channel, .events = POLLIN } };
		ssize_t n;

		if (poll(fds, 2, poll_ms_until(deadline)) < 0 && errno != EINTR)
			fatal("poll");
		if (fds[1].revents != 0 && !bell_drain(w->channel))
			w->main_gone = true;
		if (fds[0].revents == 0)
			continue;
		n = read(input, chunk, sizeof(chunk));
		if (n <= 0)
			return;
		put(page, chunk, (size_t)n);
	}
	put_str(page, "(gdb was cut off)\n");
}

static void put_backtrace(struct worker *w, struct page *page, pid_t pid, int64_t deadline)
{
	char title[64];
	int ends[2];
	pid_t gdb;

	if (pipe2(ends, O_CLOEXEC) != 0)
		fatal("pipe2");
	gdb = fork();
	if (gdb == 0)
		exec_gdb(w->plan->gdb, pid, ends[1]);
	close(ends[1]);
	if (gdb > 0) {
		snprintf(title, sizeof(title), "gdb on process %d:\n", (int)pid);
		put_str(page, title);
		follow_gdb(w, page, ends[0], deadline);
		(void)kill(-gdb, SIGKILL);
		(void)kill(gdb, SIGKILL);
		while (waitpid(gdb, NULL, 0) < 0 && errno == EINTR)
			;
	}
	close(ends[0]);
}

size_t stacks_take(struct worker *w, char *into, size_t room)
{
	struct page page = { .at = into, .room = room };
	struct processes *all = &w->processes;
	int64_t deadline = now_ns() + GDB_SECONDS * NS_PER_S;

	worker_patience(w, (GDB_SECONDS + 30) * NS_PER_S);
	if (!processes_below(all, getpid()))
		return 0;
	for (size_t i = 0; i < all->count; i++)
		put_process(&page, all->at[i].pid);
	for (size_t i = 0; w->plan->gdb != NULL && i < all->count && i < GDB_PROCESSES; i++)
		put_backtrace(w, &page, all->at[i].pid, deadline);
	return page.used;
}
