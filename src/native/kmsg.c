/*
 * The kernel log: splats in it, and marks of ours.
 *
 * Theory of operation: /dev/kmsg gives one record a read. After every run the records since the last one are read; a
 * line that begins a splat is kept with what follows it, until the log has been quiet for a moment. Lines that programs
 * wrote into the log (facility not 0) do not count. Every worker reads for itself, so with several workers all that were
 * running report the splat. Marks name, in the log, the run that is about to begin: where the kernel goes down, the log on
 * the console is all that is left.
 */
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { QUIET_MS = 20, MAX_WAIT_MS = 500 };

int kmsg_open(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0 && lseek(fd, 0, SEEK_END) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

int kmsg_open_marks(void)
{
	return open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
}

void kmsg_mark(int fd, uint64_t run, uint32_t worker)
{
	char text[96];
	/* Facility 1, programs; level 4, which a console at loglevel 5 shows. */
	int n = snprintf(text, sizeof(text), "<12>flakehunt: run %" PRIu64 " worker %" PRIu32 " pid %d\n", run, worker,
			 (int)getpid());

	/* The log takes a line whole. A run that it does not take goes unnamed. */
	if (write(fd, text, (size_t)n) != n)
		return;
}

static bool is_word_start(const char *text, const char *at)
{
	return at == text || !((at[-1] >= 'A' && at[-1] <= 'Z') || (at[-1] >= 'a' && at[-1] <= 'z') || at[-1] == '_');
}

static bool has_word(const char *text, const char *word)
{
	for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word))
		if (is_word_start(text, at))
			return true;
	return false;
}

/* The headlines of the kernel's own reports. */
static bool is_splat(const char *text)
{
	static const char *const heads[] = {
		"WARNING: ", "BUG: ", "kernel BUG at", "Oops", "general protection fault", "Internal error: ",
		"Unable to handle kernel", "KASAN: ", "KCSAN: ", "KMSAN: ", "UBSAN: ", "KFENCE: ",
		"possible circular locking", "possible recursive locking", "possible irq lock inversion",
		"inconsistent lock state", "suspicious RCU usage", "self-detected stall", "detected stalls on CPUs",
		"soft lockup", "hard LOCKUP", "blocked for more than", "refcount_t: ", "list_add corruption",
		"list_del corruption", "unreferenced object", "Kernel panic", "kernel NULL pointer dereference",
		"Out of memory: Killed process",
	};

	/* A program's own fault: `traps: a.t[9] general protection fault ip:... sp:...`. */
	if (strncmp(text, "traps: ", strlen("traps: ")) == 0)
		return false;
	for (size_t i = 0; i < sizeof(heads) / sizeof(*heads); i++)
		if (has_word(text, heads[i]))
			return true;
	return false;
}

/* Reads one record into `record`; its message, or NULL when there is none now. Skips what is not the kernel's. */
static const char *next_message(int fd, char *record, size_t size)
{
	for (;;) {
		ssize_t n = read(fd, record, size - 1);
		char *message, *end;

		/* EPIPE: records were overwritten before we came; the next read goes on after them. */
		if (n < 0 && (errno == EINTR || errno == EPIPE))
			continue;
		if (n <= 0)
			return NULL;
		record[n] = '\0';
		message = strchr(record, ';');
		if (message == NULL || strtoul(record, NULL, 10) >> 3 != 0)
			continue;
		end = strchr(++message, '\n');
		if (end != NULL)
			*end = '\0';
		return message;
	}
}

static uint64_t shape_of(const char *text)
{
	struct shape shape;

	shape_begin(&shape);
	shape_add(&shape, text, strlen(text));
	return shape_end(&shape);
}

static size_t append(char *into, size_t room, size_t used, const char *message)
{
	size_t n = strlen(message);

	if (used + n + 1 > room)
		return used;
	memcpy(into + used, message, n);
	into[used + n] = '\n';
	return used + n + 1;
}

size_t kmsg_take(int fd, char *into, size_t room, uint64_t *head)
{
	char record[8192];
	int64_t patience = 0;
	size_t used = 0;

	*head = 0;
	for (;;) {
		const char *message = next_message(fd, record, sizeof(record));
		struct pollfd more = { .fd = fd, .events = POLLIN };

		if (message == NULL) {
			if (used == 0 || now_ns() > patience || poll(&more, 1, QUIET_MS) <= 0)
				return used;
			continue;
		}
		if (used == 0 && is_splat(message)) {
			*head = shape_of(message);
			patience = now_ns() + MAX_WAIT_MS * NS_PER_MS;
		}
		if (*head != 0)
			used = append(into, room, used, message);
	}
}
