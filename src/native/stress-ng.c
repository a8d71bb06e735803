/*
 * Load made by stress-ng: one process of it for all classes of a group.
 *
 * Theory of operation: stress-ng gets a folder of its own for what its classes write, no time limit, and a pipe of
 * which the first line is kept, because what goes wrong is said there. It counts as running when it has as many
 * processes as were ordered, and these have had a moment to make their own.
 */
#include "noise.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

static void fill_arguments(const struct plan *plan, const struct noise *noise, char *folder, char **argv,
			   char (*room)[NOISE_NAME + 12])
{
	size_t n = 0;

	argv[n++] = plan->stress_ng;
	for (size_t i = 0; i < noise->count; i++) {
		if (work_is_known(noise->classes[i].name))
			continue;
		snprintf(room[2 * i], sizeof(*room), "--%s", noise->classes[i].name);
		snprintf(room[2 * i + 1], sizeof(*room), "%" PRIu32, noise->classes[i].count);
		argv[n++] = room[2 * i];
		argv[n++] = room[2 * i + 1];
	}
	argv[n++] = (char *)"--temp-path";
	argv[n++] = folder;
	argv[n++] = (char *)"--quiet";
	argv[n++] = (char *)"--timeout";
	argv[n++] = (char *)"0";
	argv[n] = NULL;
}

static _Noreturn void become(const struct plan *plan, const struct noise *noise, pid_t parent, int says, char *folder)
{
	char room[2 * MAX_NOISES][NOISE_NAME + 12];
	char *argv[2 * MAX_NOISES + 8];
	char *env[] = { "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", NULL };
	sigset_t none;

	sigemptyset(&none);
	if (setpgid(0, 0) != 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
		_exit(1);
	if (dup2(says, STDOUT_FILENO) < 0 || dup2(says, STDERR_FILENO) < 0 || chdir(folder) != 0)
		_exit(1);
	fill_arguments(plan, noise, folder, argv, room);
	if (sigprocmask(SIG_SETMASK, &none, NULL) == 0)
		execve(plan->stress_ng, argv, env);
	dprintf(STDERR_FILENO, "%s\n", strerror(errno));
	_exit(127);
}

int stress_ng_start(struct stress_ng *s, const struct plan *plan, const struct noise *noise, char *folder)
{
	pid_t parent = getpid();
	int ends[2];
	int error = 0;

	if (mkdir(folder, 0700) != 0 && errno != EEXIST)
		return errno;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return errno;
	s->says = ends[0];
	s->pid = fcntl(s->says, F_SETFL, O_NONBLOCK) == 0 ? fork() : -1;
	if (s->pid == 0)
		become(plan, noise, parent, ends[1], folder);
	if (s->pid < 0) {
		error = errno;
		s->pid = 0;
	}
	close(ends[1]);
	return error;
}

void stress_ng_hear(struct stress_ng *s)
{
	char chunk[4096];
	ssize_t n = s->says < 0 ? -1 : read(s->says, chunk, sizeof(chunk));
	size_t room = sizeof(s->said) - 1 - s->length;

	if (n == 0) {
		close(s->says);
		s->says = -1;
	}
	if (n <= 0)
		return;
	memcpy(s->said + s->length, chunk, (size_t)n < room ? (size_t)n : room);
	s->length += (size_t)n < room ? (size_t)n : room;
}

void stress_ng_first_line(struct stress_ng *s)
{
	stress_ng_hear(s);
	s->said[strcspn(s->said, "\n")] = '\0';
}
