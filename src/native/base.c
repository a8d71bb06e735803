/*
 * Time, descriptors, and the one way of giving up.
 *
 * Theory of operation: every limit is a point on CLOCK_MONOTONIC, so that neither a stepped clock nor a slow loop
 * stretches it. A process that cannot go on exits; the other side of its channel sees the end of file and cleans up.
 */
#include "common.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int64_t now_ns(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		fatal("clock_gettime");
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

int64_t later(int64_t a, int64_t b)
{
	return a > INT64_MAX - b ? INT64_MAX : a + b;
}

bool read_text(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, text, size - 1);
	close(fd);
	text[n < 0 ? 0 : n] = '\0';
	return n >= 0;
}

int poll_ms_until(int64_t when)
{
	int64_t left = when - now_ns();

	if (left <= 0)
		return 0;
	if (left > 60 * NS_PER_S)
		return 60 * 1000;
	return (int)((left + NS_PER_MS - 1) / NS_PER_MS);
}

/* Kernels before 5.9, and sandboxes that do not know close_range. */
static void close_listed(int first)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;

	if (dir == NULL)
		fatal("/proc/self/fd");
	while ((entry = readdir(dir)) != NULL) {
		int fd = atoi(entry->d_name);

		if (fd >= first && fd != dirfd(dir))
			close(fd);
	}
	closedir(dir);
}

void close_from(int first)
{
#ifdef SYS_close_range
	if (syscall(SYS_close_range, (unsigned)first, ~0U, 0U) == 0)
		return;
#endif
	close_listed(first);
}

_Noreturn void fatal(const char *what)
{
	int error = errno;

	if (error != 0)
		dprintf(STDERR_FILENO, "supervisor: %s: %s\n", what, strerror(error));
	else
		dprintf(STDERR_FILENO, "supervisor: %s\n", what);
	_exit(EXIT_INTERNAL);
}
