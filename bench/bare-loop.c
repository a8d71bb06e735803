/*
 * The limit: runs a command over and over with vfork, exec and wait, and nothing else.
 *
 *   bare-loop RUNS CMD ARGS...     prints the elapsed microseconds a run
 *
 * The command's output goes to /dev/null. What flakehunt's supervisor costs is measured against this.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static void fail(const char *what)
{
	fprintf(stderr, "bare-loop: %s: %s\n", what, strerror(errno));
	exit(3);
}

static double now_us(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		fail("clock_gettime");
	return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

static void run(char **argv, int null)
{
	pid_t pid = vfork();
	int status;

	if (pid == 0) {
		if (dup2(null, STDOUT_FILENO) < 0 || dup2(null, STDERR_FILENO) < 0)
			_exit(127);
		execv(argv[0], argv);
		_exit(127);
	}
	if (pid < 0)
		fail("vfork");
	if (waitpid(pid, &status, 0) != pid)
		fail("waitpid");
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		fail(argv[0]);
}

int main(int argc, char **argv)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	long runs = argc > 2 ? strtol(argv[1], NULL, 10) : 0;
	double begun;

	if (runs < 1) {
		fprintf(stderr, "usage: bare-loop RUNS CMD ARGS...\n");
		return 2;
	}
	if (null < 0)
		fail("/dev/null");
	begun = now_us();
	for (long i = 0; i < runs; i++)
		run(argv + 2, null);
	printf("%.1f\n", (now_us() - begun) / runs);
	return 0;
}
