/*
 * Who was made by whom, as the kernel tells.
 *
 * Theory of operation: with several CPUs the second thread that was made may well make its first call before the first
 * one does. But C libraries have the kernel write a thread's number to memory (CLONE_PARENT_SETTID; clone(2)) before the
 * thread runs, each to a place of its own, and the call that makes it tells the place. Of processes that were forked the
 * kernel keeps a list for each thread (CONFIG_PROC_CHILDREN; proc(5)): those alive or not yet waited for. While the
 * thread waits for us the list only loses entries.
 */
#include "chaos.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

uint64_t birth_place(const struct seccomp_notif *n)
{
	/* The beginning of struct clone_args, which older headers lack. */
	struct {
		uint64_t flags, pidfd, child_tid, parent_tid;
	} args;

	if (n->data.nr == __NR_clone)
		return (n->data.args[0] & CLONE_PARENT_SETTID) != 0 ? n->data.args[2] : 0;
	if (!call_is_birth(n->data.nr) || read_memory((pid_t)n->pid, n->data.args[0], &args, sizeof(args)) != sizeof(args))
		return 0;
	return (args.flags & CLONE_PARENT_SETTID) != 0 ? args.parent_tid : 0;
}

enum birth_claim birth_of(const struct birth *birth, pid_t thread)
{
	int32_t number;

	if (birth->place == 0 || read_memory(thread, birth->place, &number, sizeof(number)) != sizeof(number))
		return BIRTH_MAYBE;
	return number == thread ? BIRTH_ITS : BIRTH_OF_ANOTHER;
}

size_t forks_of(const struct strand *one, pid_t *into, size_t most)
{
	char path[64], text[4096], *at = text, *end;
	size_t count = 0;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)one->group, (int)one->thread);
	if (!read_text(path, text, sizeof(text)))
		return 0;
	/* Each number is followed by a space: what is not was cut off. */
	for (long child; count < most && (child = strtol(at, &end, 10)) > 0 && *end == ' '; at = end)
		into[count++] = (pid_t)child;
	return count;
}
