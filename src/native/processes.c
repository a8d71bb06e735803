/*
 * The process table: who descends from us, and killing them.
 *
 * Theory of operation: /proc/PID/stat names each process's parent; the descendants are those whose chain of parents
 * reaches the root. A process that loses its parent is handed to its nearest subreaper, which is us, so none slips out
 * of the tree. Killing by a list races with forking: so every descendant found is stopped first, and the table read
 * again until it holds no new one; a stopped process does not fork, and then all die. A process that lives on as its own
 * child, over and over, is gone before the table is read; but each of its lives is our own child at once, so children are
 * killed as soon as they are seen.
 */
#include "common.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MAX_ROUNDS = 50 };

/* Parent and state of one process; false when it is gone. */
static bool read_process(int proc, const char *name, struct process *p)
{
	char path[32], stat[512];
	const char *after;
	ssize_t n;
	int fd;

	if (snprintf(path, sizeof(path), "%.20s/stat", name) < 0)
		return false;
	fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, stat, sizeof(stat) - 1);
	close(fd);
	if (n <= 0)
		return false;
	stat[n] = '\0';
	/* "pid (comm) state ppid": comm may hold anything, so the last parenthesis counts. */
	after = strrchr(stat, ')');
	if (after == NULL || after[1] != ' ' || after[2] == '\0')
		return false;
	*p = (struct process){ .pid = (pid_t)atoi(name),
			       .zombie = after[2] == 'Z' || after[2] == 'X',
			       .stopped = after[2] == 'T' };
	p->parent = (pid_t)atoi(after + 3);
	return true;
}

static bool is_among(pid_t pid, const pid_t *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == pid)
			return true;
	return false;
}

static void add(struct processes *p, struct process one)
{
	if (p->count == p->room) {
		size_t room = p->room == 0 ? 256 : p->room * 2;
		struct process *at = realloc(p->at, room * sizeof(*at));

		if (at == NULL)
			fatal("out of memory");
		p->at = at;
		p->room = room;
	}
	p->at[p->count++] = one;
}

static int by_pid(const void *a, const void *b)
{
	const struct process *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

/* Reads every process; kills the children of `prey` (0: nobody's) that are not spared on the way. */
static bool read_table(struct processes *p, pid_t prey, const pid_t *spared, size_t spared_count)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	struct process one;

	p->count = 0;
	if (dir == NULL)
		return false;
	while ((entry = readdir(dir)) != NULL) {
		if (!isdigit((unsigned char)entry->d_name[0]) || !read_process(dirfd(dir), entry->d_name, &one))
			continue;
		if (prey != 0 && one.parent == prey && !is_among(one.pid, spared, spared_count))
			(void)kill(one.pid, SIGKILL);
		add(p, one);
	}
	closedir(dir);
	qsort(p->at, p->count, sizeof(*p->at), by_pid);
	return true;
}

static bool parent_is_below(const struct processes *p, pid_t parent, pid_t root)
{
	struct process key = { .pid = parent };
	const struct process *found;

	if (parent == root)
		return true;
	found = bsearch(&key, p->at, p->count, sizeof(*p->at), by_pid);
	return found != NULL && found->below;
}

/* Drops all that is not a living descendant. */
static void keep_below(struct processes *p)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->count; i++)
		if (p->at[i].below && !p->at[i].zombie)
			p->at[kept++] = p->at[i];
	p->count = kept;
}

static void mark_below(struct processes *p, pid_t root, const pid_t *spared, size_t spared_count)
{
	bool changed = true;

	while (changed) {
		changed = false;
		for (size_t i = 0; i < p->count; i++) {
			struct process *one = &p->at[i];

			if (one->below || is_among(one->pid, spared, spared_count))
				continue;
			one->below = parent_is_below(p, one->parent, root);
			changed |= one->below;
		}
	}
	keep_below(p);
}

bool processes_below(struct processes *p, pid_t root)
{
	if (!read_table(p, 0, NULL, 0))
		return false;
	mark_below(p, root, NULL, 0);
	return true;
}

size_t processes_kill(struct processes *p, pid_t root, const pid_t *spared, size_t spared_count)
{
	size_t before = 0;

	for (int round = 0; round < MAX_ROUNDS; round++) {
		if (!read_table(p, root, spared, spared_count))
			return 0;
		mark_below(p, root, spared, spared_count);
		if (p->count == 0 || (round > 0 && p->count <= before))
			break;
		before = p->count;
		/* ESRCH, here and below: it died by itself. */
		for (size_t i = 0; i < p->count; i++)
			(void)kill(p->at[i].pid, SIGSTOP);
	}
	for (size_t i = 0; i < p->count; i++)
		(void)kill(p->at[i].pid, SIGKILL);
	return p->count;
}

size_t processes_stop(struct processes *p, pid_t root)
{
	struct timespec moment = { .tv_nsec = NS_PER_MS };
	size_t moving = 0;

	for (int round = 0; round < MAX_ROUNDS; round++) {
		if (!processes_below(p, root))
			return 0;
		moving = 0;
		for (size_t i = 0; i < p->count; i++) {
			if (p->at[i].stopped)
				continue;
			moving++;
			(void)kill(p->at[i].pid, SIGSTOP);
		}
		if (moving == 0)
			break;
		/* What sits in the kernel takes a moment to come out. */
		if (round > 1)
			(void)nanosleep(&moment, NULL);
	}
	return moving;
}

void processes_continue(struct processes *p, pid_t root)
{
	if (!processes_below(p, root))
		return;
	for (size_t i = 0; i < p->count; i++)
		(void)kill(p->at[i].pid, SIGCONT);
}

void processes_free(struct processes *p)
{
	free(p->at);
	*p = (struct processes){ 0 };
}
