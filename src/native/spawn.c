/*
 * Starting the test.
 *
 * Theory of operation: clone with the parent's memory and the parent asleep until exec (what vfork does, but on a stack
 * of its own) costs no page tables, so it does not matter how much memory the worker has. The child may do little more
 * than system calls, the hook included; what it waits for must be done by another thread of the worker.
 *
 * The test starts as if from a clean shell: a session and process group of its own (where a marshal watches for an idle
 * CPU, only a group: the kernel's autogroups give each session an equal share, whatever the threads' policies), every signal unblocked and at its
 * default (the worker keeps them so), /dev/null as input, the pipe as both outputs, no other descriptor (all of ours
 * close on exec).
 */
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#ifndef PR_SET_PTRACER
#define PR_SET_PTRACER 0x59616d61
#endif

static int set_streams(const struct launch *launch)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (null < 0 || dup2(null, STDIN_FILENO) < 0)
		return errno;
	if (dup2(launch->output, STDOUT_FILENO) < 0 || dup2(launch->output, STDERR_FILENO) < 0)
		return errno;
	return 0;
}

static int set_directory(const struct launch *launch)
{
	int failed = launch->scratch >= 0 ? fchdir(launch->scratch) : chdir(launch->cwd);

	return failed ? errno : 0;
}

static int set_process(struct launch *launch)
{
	sigset_t none;

	if ((launch->shares_session ? setpgid(0, 0) : setsid()) < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
		return errno;
	/* The worker may have died before the line above took effect. */
	if (getppid() != launch->worker)
		return EOWNERDEAD;
	if (launch->group >= 0 && write(launch->group, "0", 1) != 1) {
		launch->outside = true;
		return errno;
	}
	/* Without Yama EINVAL: then nobody needs it. */
	if (launch->traceable)
		(void)prctl(PR_SET_PTRACER, -1L, 0, 0, 0);
	sigemptyset(&none);
	return sigprocmask(SIG_SETMASK, &none, NULL) != 0 ? errno : 0;
}

/* AddressSanitizer would take this stack for the worker's. */
__attribute__((no_sanitize("address"))) static int child(void *arg)
{
	struct launch *launch = arg;
	int error = set_process(launch);

	/* Before the hook, under whose filter the call would be an event of the test's. */
	if (error == 0 && launch->marks >= 0)
		kmsg_mark(launch->marks, launch->run, launch->index);
	if (error == 0)
		error = set_streams(launch);
	if (error == 0)
		error = set_directory(launch);
	if (error == 0 && launch->before_exec != NULL)
		error = launch->before_exec(launch->before_exec_arg);
	if (error == 0) {
		execve(launch->argv[0], launch->argv, launch->env);
		error = errno;
	}
	launch->error = error;
	return 127;
}

pid_t spawn_test(struct launch *launch, char *stack_top)
{
	pid_t pid;

	launch->error = 0;
	launch->worker = getpid();
	pid = clone(child, stack_top, CLONE_VM | CLONE_VFORK | SIGCHLD, launch);
	if (pid < 0)
		launch->error = errno;
	return pid;
}
