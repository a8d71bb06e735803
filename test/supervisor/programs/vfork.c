/* Twenty children by vfork, which holds its caller until they exec or exit; given an argument, by a second thread. */
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILDREN = 20 };

static pid_t start(void)
{
	pid_t pid = vfork();

	if (pid == 0)
		execl("/bin/true", "true", (char *)NULL);
	if (pid == 0)
		_exit(1);
	return pid;
}

static pid_t start_nothing(void)
{
	pid_t pid = vfork();

	if (pid == 0)
		_exit(0);
	return pid;
}

static void *make(void *failed)
{
	for (int i = 0; i < CHILDREN; i++) {
		pid_t pid = i % 2 == 0 ? start() : start_nothing();
		int status;

		if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
			return failed;
	}
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;
	void *failed;

	if (argc == 1)
		return make(argv) != NULL;
	if (pthread_create(&thread, NULL, make, argv) != 0 || pthread_join(thread, &failed) != 0)
		return 77;
	return failed != NULL;
}
