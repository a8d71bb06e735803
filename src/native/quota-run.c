/*
 * Runs under a CPU quota.
 *
 * Theory of operation: main has made and set the worker's group. The run's first process joins it before exec, through
 * a descriptor that the worker opened, and everything it starts is in it; the worker stays outside, so that its
 * watching is not throttled. Joining waits for all CPUs to have passed through the scheduler (RCU): about 50 us, but
 * 10 ms where the last join is longer ago than that. Only a process created in its group escapes that
 * (CLONE_INTO_CGROUP), which version 1 of control groups does not have.
 */
#include "quota.h"
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void refuse(struct worker *w, const struct claim *claim, int error)
{
	struct news news = { .run = claim->run, .turn = claim->turn, .part = PART_QUOTA };

	snprintf(news.text, sizeof(news.text), "a run cannot be moved into a control group: %s", strerror(error));
	worker_news(w, &news);
}

int quota_prepare(struct worker *w, const struct claim *claim, const struct batch *batch)
{
	char path[GROUP_PATH + 16];
	int error;

	w->launch->group = -1;
	w->launch->outside = false;
	if (batch->quota.quota_us == 0)
		return 0;
	if (w->group < 0) {
		quota_path(w->plan, w->index, path);
		strcat(path, "/cgroup.procs");
		w->group = open(path, O_WRONLY | O_CLOEXEC);
	}
	error = w->group < 0 ? errno : 0;
	w->launch->group = w->group;
	if (error != 0)
		refuse(w, claim, error);
	return error;
}

void quota_started(struct worker *w, const struct claim *claim)
{
	if (w->launch->outside)
		refuse(w, claim, w->launch->error);
}

void quota_leave(struct worker *w)
{
	if (w->group < 0)
		return;
	close(w->group);
	w->group = -1;
	quota_remove(w->plan, w->index);
}
