/* Twenty children by posix_spawn, one after the other, while a second thread makes calls of its own. */
#include <pthread.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILDREN = 20 };

extern char **environ;

static int event, stop;

static void *write_on(void *unused)
{
	uint64_t count = 1;

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
		if (write(event, &count, sizeof(count)) < 0)
			break;
	return unused;
}

int main(void)
{
	char *argv[] = { "true", NULL };
	int wrong = 0;
	pthread_t thread;

	event = eventfd(0, EFD_NONBLOCK);
	if (pthread_create(&thread, NULL, write_on, NULL) != 0)
		return 77;
	for (int i = 0; i < CHILDREN; i++) {
		int status = 0;
		pid_t pid;

		if (posix_spawn(&pid, "/bin/true", NULL, NULL, argv, environ) != 0 || waitpid(pid, &status, 0) != pid || status != 0)
			wrong++;
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	return wrong;
}
