/*
 * The processes that a thread has forked.
 *
 * Theory of operation: the kernel keeps a list of the children of each thread that are alive or not yet waited for
 * (CONFIG_PROC_CHILDREN; proc(5)). While the thread waits for us the list only loses entries.
 */
#include "chaos.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

size_t forks_of(const struct strand *one, pid_t *into, size_t most)
{
	char path[64], text[1024], *at = text, *end;
	size_t count = 0;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)one->group, (int)one->thread);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n < 0 ? 0 : n] = '\0';
	/* Each number is followed by a space: what is not was cut off. */
	for (long child; count < most && (child = strtol(at, &end, 10)) > 0 && *end == ' '; at = end)
		into[count++] = (pid_t)child;
	return count;
}
