/*
 * Load that needs no other program.
 *
 * Theory of operation: a class of noise is an endless loop in a process of its own. `switch` is a pair that hands one
 * byte to and fro through two pipes, so that each step is a sleep, a wake-up and a switch of context; `yield` gives
 * the CPU away as soon as it has it; `cpu` keeps it as long as the scheduler lets it. Each has a session of its own,
 * because autogroups (sched(7)) give each session the same share of the CPUs: four processes are four times the load
 * of one.
 */
#include "noise.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Reads from 0, writes to 1. `first` has the byte at the beginning. */
static void hand_over(bool first)
{
	char byte = 0;

	if (first && write(STDOUT_FILENO, &byte, 1) != 1)
		return;
	while (read(STDIN_FILENO, &byte, 1) == 1 && write(STDOUT_FILENO, &byte, 1) == 1)
		;
}

static void yield(bool first)
{
	(void)first;
	while (sched_yield() == 0)
		;
}

static void compute(bool first)
{
	volatile uint64_t x = first;

	for (;;)
		x = x * UINT64_C(6364136223846793005) + 1;
}

static const struct work {
	const char *name;
	int processes;
	void (*body)(bool first);
} works[] = { { "switch", 2, hand_over }, { "yield", 1, yield }, { "cpu", 1, compute } };

static const struct work *find(const char *name)
{
	for (size_t i = 0; i < sizeof(works) / sizeof(*works); i++)
		if (strcmp(works[i].name, name) == 0)
			return &works[i];
	return NULL;
}

bool work_is_known(const char *name)
{
	return find(name) != NULL;
}

/* Never returns in the child. */
static int start_process(const struct work *work, bool first, int in, int out)
{
	char name[NOISE_NAME + 8];
	pid_t keeper = getpid();
	pid_t pid = fork();

	if (pid != 0)
		return pid < 0 ? errno : 0;
	snprintf(name, sizeof(name), "noise-%s", work->name);
	if (setsid() < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || prctl(PR_SET_NAME, name) != 0)
		_exit(1);
	if (getppid() != keeper)
		_exit(1);
	if (dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0)
		_exit(1);
	/* The keeper's channel must end with the keeper. */
	close_from(STDERR_FILENO);
	work->body(first);
	_exit(1);
}

int work_start(const char *name)
{
	const struct work *work = find(name);
	int there[2], back[2];
	int error;

	if (work == NULL)
		return ENOENT;
	if (pipe2(there, O_CLOEXEC) != 0)
		return errno;
	if (pipe2(back, O_CLOEXEC) != 0) {
		error = errno;
		close(there[0]);
		close(there[1]);
		return error;
	}
	error = start_process(work, true, back[0], there[1]);
	if (error == 0 && work->processes == 2)
		error = start_process(work, false, there[0], back[1]);
	for (int i = 0; i < 2; i++) {
		close(there[i]);
		close(back[i]);
	}
	return error;
}
