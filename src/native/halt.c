/*
 * Where a run fails: the place to stop at for a debugger.
 *
 * Theory of operation: a test mostly says that it failed at the very place where it noticed. So the first output that
 * holds the hunted words is the failure point; else an abort, else leaving with a status other than 0. The test's memory
 * is read while the thread that writes waits for us.
 */
#include "chaos.h"

#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { SAID_CAP = 4096 };

size_t read_memory(pid_t thread, uint64_t address, void *into, size_t n)
{
	struct iovec here = { .iov_base = into, .iov_len = n };
	/* An address of another process's. */
	struct iovec there = { .iov_base = (void *)(uintptr_t)address, .iov_len = n };
	ssize_t done = process_vm_readv(thread, &here, 1, &there, 1, 0);

	return done < 0 ? 0 : (size_t)done;
}

/* What the call writes, its first part if there are several. */
static size_t read_said(const struct seccomp_notif *n, char *into)
{
	struct iovec part = { .iov_base = (void *)(uintptr_t)n->data.args[1], .iov_len = (size_t)n->data.args[2] };

	if (n->data.nr == __NR_writev &&
	    read_memory((pid_t)n->pid, n->data.args[1], &part, sizeof(part)) != sizeof(part))
		return 0;
	return read_memory((pid_t)n->pid, (uint64_t)(uintptr_t)part.iov_base, into,
			   part.iov_len < SAID_CAP ? part.iov_len : SAID_CAP);
}

bool is_output(const struct seccomp_notif *n)
{
	/* The kernel looks at the lower half only. */
	uint32_t descriptor = (uint32_t)n->data.args[0];

	return (n->data.nr == __NR_write || n->data.nr == __NR_writev) &&
	       (descriptor == STDOUT_FILENO || descriptor == STDERR_FILENO);
}

static bool says_it(const struct marshal *m, const struct seccomp_notif *n)
{
	char said[SAID_CAP];
	size_t length;

	if (!is_output(n))
		return false;
	length = read_said(n, said);
	return length > 0 && memmem(said, length, m->replay.halt, m->replay.halt_length) != NULL;
}

enum halt_kind halt_at(const struct marshal *m, const struct seccomp_notif *n)
{
	switch (n->data.nr) {
	case __NR_write:
	case __NR_writev:
		return says_it(m, n) ? HALT_OUTPUT : HALT_NONE;
	case __NR_exit_group:
		return (n->data.args[0] & 0xFF) != 0 ? HALT_EXIT : HALT_NONE;
	case __NR_tgkill:
		return (int)n->data.args[2] == SIGABRT ? HALT_ABORT : HALT_NONE;
	default:
		return HALT_NONE;
	}
}
