/*
 * The way under the filter through another program: strace.
 *
 * Theory of operation: a filter is inherited, so a tracer that is started under it would be intercepted itself. Where the
 * test is to be traced, the worker starts the tracer, the tracer starts this program with `--enter SPEC -- command`, and
 * only here, in the process that is about to become the test, the filter is installed. SPEC says what the worker would
 * have set up by itself, the handed-down end of the socket included.
 */
#include "chaos.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct spec {
	int handoff;
	unsigned classes, watch_exec, batch;
	uint64_t slack_ns;
};

void enter_spec(const struct marshal *m, char *into, size_t room)
{
	snprintf(into, room, "%d:%u:%u:%u:%lu", m->running ? m->entry.handoff : -1, m->running ? m->classes : 0,
		 m->entry.no_new_privs, m->entry.batch, m->entry.slack_ns);
}

static bool read_spec(const char *text, struct spec *spec)
{
	int end = 0;

	return sscanf(text, "%d:%u:%u:%u:%" SCNu64 "%n", &spec->handoff, &spec->classes, &spec->watch_exec, &spec->batch,
		      &spec->slack_ns, &end) == 5 && text[end] == '\0';
}

static int apply(const struct spec *spec)
{
	struct filter_wishes wishes = { .classes = spec->classes, .watch_exec = spec->watch_exec != 0,
					.handoff = spec->handoff };
	struct entry *e = calloc(1, sizeof(*e));
	int error;

	if (e == NULL)
		fatal("out of memory");
	e->handoff = spec->handoff;
	e->no_new_privs = spec->watch_exec != 0;
	e->batch = spec->batch != 0;
	e->slack_ns = (unsigned long)spec->slack_ns;
	if (spec->handoff >= 0) {
		if (fcntl(spec->handoff, F_SETFD, FD_CLOEXEC) != 0)
			fatal("fcntl");
		e->filter_length = filter_build(e->filter, &wishes);
	}
	error = entry_apply(e);
	free(e);
	return error;
}

int enter(int argc, char **argv)
{
	struct spec spec;
	int error;

	if (argc < 5 || strcmp(argv[3], "--") != 0 || !read_spec(argv[2], &spec)) {
		fprintf(stderr, "usage: supervisor --enter SPEC -- command [argument...]\n");
		return EXIT_ORDERS;
	}
	error = apply(&spec);
	if (error == 0) {
		execv(argv[4], argv + 4);
		error = errno;
	}
	fprintf(stderr, "supervisor: %s: %s\n", argv[4], strerror(error));
	return EXIT_INTERNAL;
}
