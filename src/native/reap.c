/*
 * Reaping the test and everything it left behind.
 *
 * Theory of operation: the worker is a child subreaper, so whatever a run starts ends up as its child at last, and "no
 * child left" (ECHILD) is the proof that the run is over; in the usual case that is all. The test is first only looked
 * at when it is dead: as long as it is not reaped its number cannot be given away, so killing its group hits nobody
 * else. What left the group is then found in the process table. A test may make children die faster than they can be
 * reaped, so no more than a handful is reaped before those that live are killed, or the time limit is looked at.
 */
#include "worker.h"

#include <errno.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

enum { GIVE_UP_MS = 10 * 1000, HAUNTED_MS = 50, MAX_REAPED_AT_ONCE = 1 << 20 };

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

enum reaped reap_dead(pid_t watched, struct death *death, int most)
{
	struct rusage usage;
	int status;

	for (int i = 0; i < most; i++) {
		pid_t pid = next_dead();

		if (pid <= 0)
			return pid < 0 ? REAPED_ALL : REAPED_DEAD;
		if (pid == watched)
			(void)kill(-watched, SIGKILL);
		if (wait4(pid, &status, WNOHANG | __WALL, &usage) != pid)
			fatal("wait4");
		if (pid == watched)
			*death = (struct death){ .dead = true, .status = status, .usage = usage };
	}
	return REAPED_SOME;
}

/*
 * Kills what left the group, and waits a moment for it to die. Where privilege allows, nothing runs beside the killing
 * on this CPU: among hundreds that fork for ever, with a share of the CPUs each, it would come too late each time.
 */
static void kill_escaped(struct worker *w)
{
	struct sched_param first = { .sched_priority = 1 }, usual;
	int policy = sched_getscheduler(0);
	bool hurried = policy >= 0 && sched_getparam(0, &usual) == 0 && sched_setscheduler(0, SCHED_RR, &first) == 0;

	processes_kill(&w->processes, getpid(), NULL, 0);
	if (hurried && sched_setscheduler(0, policy, &usual) != 0)
		fatal("sched_setscheduler");
	worker_wait(w, now_ns() + 20 * NS_PER_MS);
}

void reap_all(struct worker *w, pid_t group, struct death *death)
{
	int64_t begun = now_ns();
	/* Once one has proved not to die (it sits in the kernel, or has become another user's), the hunt goes on. */
	int64_t give_up = later(begun, w->haunted ? HAUNTED_MS * NS_PER_MS : GIVE_UP_MS * NS_PER_MS);
	int most = REAPED_AT_ONCE;
	enum reaped reaped = reap_dead(group, death, most);

	if (reaped == REAPED_ALL) {
		w->haunted = false;
		return;
	}
	worker_patience(w, 30 * NS_PER_S);
	if (!death->dead)
		(void)kill(-group, SIGKILL);
	while ((reaped = reap_dead(group, death, most)) != REAPED_ALL) {
		/* A killed group takes a moment to die; reading the process table costs more than that moment. */
		if (now_ns() >= begun + 5 * NS_PER_MS) {
			kill_escaped(w);
			/* The more are dead, the longer it takes to read who lives. */
			most = most < MAX_REAPED_AT_ONCE ? most * 2 : most;
		} else if (reaped == REAPED_DEAD) {
			worker_wait(w, now_ns() + 5 * NS_PER_MS);
		}
		if (now_ns() < give_up)
			continue;
		if (!w->haunted)
			worker_note(w, "A process left behind by a run does not die (a child of process %d).",
				    (int)getpid());
		w->haunted = true;
		return;
	}
}
