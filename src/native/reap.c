/*
 * Reaping the test and everything it left behind.
 *
 * Theory of operation: the worker is a child subreaper, so whatever a run starts ends up as its child at last, and "no
 * child left" (ECHILD) is the proof that the run is over; in the usual case that is all. The test is first only looked
 * at when it is dead: as long as it is not reaped its number cannot be given away, so killing its group hits nobody
 * else. What left the group is then found in the process table.
 */
#include "worker.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

enum { GIVE_UP_MS = 10 * 1000, HAUNTED_MS = 50 };

/* A dead child: its pid; 0 when none is dead, -1 when there is none at all. */
static pid_t next_dead(void)
{
	siginfo_t info = { .si_pid = 0 };

	while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) != 0) {
		if (errno == ECHILD)
			return -1;
		if (errno != EINTR)
			fatal("waitid");
	}
	return info.si_pid;
}

bool reap_dead(pid_t watched, struct death *death)
{
	struct rusage usage;
	int status;
	pid_t pid;

	while ((pid = next_dead()) > 0) {
		if (pid == watched)
			(void)kill(-watched, SIGKILL);
		if (wait4(pid, &status, WNOHANG | __WALL, &usage) != pid)
			fatal("wait4");
		if (pid == watched)
			*death = (struct death){ .dead = true, .status = status, .usage = usage };
	}
	return pid < 0;
}

void reap_all(struct worker *w, pid_t group, struct death *death)
{
	int64_t begun = now_ns();
	/* Once one has proved not to die (it sits in the kernel, or has become another user's), the hunt goes on. */
	int64_t give_up = later(begun, w->haunted ? HAUNTED_MS * NS_PER_MS : GIVE_UP_MS * NS_PER_MS);

	if (reap_dead(group, death)) {
		w->haunted = false;
		return;
	}
	worker_patience(w, 30 * NS_PER_S);
	if (!death->dead)
		(void)kill(-group, SIGKILL);
	while (!reap_dead(group, death)) {
		/* A killed group takes a moment to die; reading the process table costs more than that moment. */
		bool escaped = now_ns() >= begun + 5 * NS_PER_MS;

		if (escaped)
			processes_kill(&w->processes, getpid(), NULL, 0);
		if (now_ns() >= give_up) {
			if (!w->haunted)
				worker_note(w, "A process left behind by a run does not die (a child of process %d).",
					    (int)getpid());
			w->haunted = true;
			return;
		}
		worker_wait(w, now_ns() + (escaped ? 20 : 5) * NS_PER_MS);
	}
}
