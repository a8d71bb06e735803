/*
 * Tests that chaos does not go together with.
 *
 * Theory of operation: one filter chain has one listener, so a test that installs its own gets EBUSY under ours, and
 * strict mode is refused to a process with a filter. Under no_new_privs, which an unprivileged user's filter needs, a
 * set-uid program runs without its privileges. Either would make the test fail for our sake.
 */
#include "chaos.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

/* Whether executing the file would give privileges that the caller does not have. */
static bool gives_privileges(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return false;
	return ((st.st_mode & S_ISUID) != 0 && st.st_uid != geteuid()) ||
	       ((st.st_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP) && st.st_gid != getegid()) ||
	       getxattr(path, "security.capability", NULL, 0) > 0;
}

/* Our path of the file that a thread names `name`, relative to one of its directories. */
static bool path_of(pid_t thread, int directory, const char *name, char *into, size_t room)
{
	int n;

	if (name[0] == '/')
		n = snprintf(into, room, "/proc/%d/root%s", (int)thread, name);
	else if (directory == AT_FDCWD)
		n = snprintf(into, room, "/proc/%d/cwd/%s", (int)thread, name);
	else if (name[0] != '\0')
		n = snprintf(into, room, "/proc/%d/fd/%d/%s", (int)thread, directory, name);
	else
		n = snprintf(into, room, "/proc/%d/fd/%d", (int)thread, directory);
	return n > 0 && (size_t)n < room;
}

static bool starts_privileged(const struct seccomp_notif *n)
{
	bool at = n->data.nr == __NR_execveat;
	char name[PATH_MAX] = "", path[PATH_MAX + 64];
	size_t read = read_memory((pid_t)n->pid, n->data.args[at ? 1 : 0], name, sizeof(name) - 1);

	/* A read that crosses into an unmapped page comes back short or not at all. */
	if (read == 0)
		read = read_memory((pid_t)n->pid, n->data.args[at ? 1 : 0], name,
				   4096 - (size_t)(n->data.args[at ? 1 : 0] % 4096));
	if (read == 0 || memchr(name, '\0', sizeof(name)) == NULL)
		return false;
	return path_of((pid_t)n->pid, at ? (int)n->data.args[0] : AT_FDCWD, name, path, sizeof(path)) &&
	       gives_privileges(path);
}

enum unfit unfit_of(const struct seccomp_notif *n)
{
	switch (n->data.nr) {
	case __NR_seccomp:
	case __NR_prctl:
		/* The filter hands over only a listener of the test's own, and strict mode. */
		return UNFIT_SECCOMP;
	case __NR_execve:
	case __NR_execveat:
		return starts_privileged(n) ? UNFIT_SETUID : 0;
	default:
		return 0;
	}
}
