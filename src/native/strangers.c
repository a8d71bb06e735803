/*
 * Threads of a run that have made no intercepted call yet.
 *
 * Theory of operation: a thread is known from its first call on. One that was made and has not had a CPU since, or a
 * process on its way through exec, may be just the one that is waited for; on a loaded machine that takes many
 * milliseconds. So before anybody says that nothing will happen any more, the process table is read. It costs a
 * millisecond or more, which is why this is asked last.
 */
#include "chaos.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Whether a thread of this process that we do not know can run, or will by itself. */
static bool has_restless(const struct strands *s, pid_t process)
{
	struct strand stranger = { .group = process, .state_file = -1 };
	struct dirent *entry;
	bool found = false;
	char path[32];
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)process);
	dir = opendir(path);
	if (dir == NULL)
		return false;
	while (!found && (entry = readdir(dir)) != NULL) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		stranger.thread = (pid_t)atoi(entry->d_name);
		found = !strands_know(s, stranger.thread) && !strand_look_rests(strand_look(&stranger));
	}
	closedir(dir);
	return found;
}

bool strangers_rest(struct processes *table, const struct strands *s)
{
	/* The worker, whose thread we are, has no other descendants than its run's. */
	if (!processes_below(table, getpid()))
		return true;
	for (size_t i = 0; i < table->count; i++)
		if (has_restless(s, table->at[i].pid))
			return false;
	return true;
}
