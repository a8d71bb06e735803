/* Threads and processes made by clone itself, as a run-time of its own would: no libc sets anything up in them. */
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 10, STACK = 64 * 1024 };

static char stack[STACK] __attribute__((aligned(16)));
static int event;

static int add_one(void *unused)
{
	uint64_t one = 1;

	(void)unused;
	syscall(SYS_write, event, &one, sizeof(one));
	syscall(SYS_exit, 0);
	return 0;
}

int main(void)
{
	const int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM |
		CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
	static volatile pid_t tid;
	uint64_t count;
	int status;

	event = eventfd(0, 0);
	for (int i = 0; i < ROUNDS; i++) {
		pid_t pid;

		if (clone(add_one, stack + STACK, flags, NULL, (pid_t *)&tid, NULL, (pid_t *)&tid) < 0)
			return 77;
		for (pid_t now = tid; now != 0; now = tid)
			syscall(SYS_futex, &tid, FUTEX_WAIT, now, NULL, NULL, 0);
		pid = clone(add_one, stack + STACK, SIGCHLD, NULL);
		if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
			return 1;
	}
	return read(event, &count, sizeof(count)) < 0 || count != 2 * ROUNDS;
}
