/* Leaves a daemon behind, in a session of its own, whose two threads make calls for ever. */
#include <pthread.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

static int event;

static void *write_on(void *unused)
{
	uint64_t count = 1;

	while (write(event, &count, sizeof(count)) > 0)
		usleep(100);
	return unused;
}

int main(void)
{
	pid_t pid = fork();

	if (pid > 0) {
		int status;

		return waitpid(pid, &status, 0) != pid || status != 0;
	}
	setsid();
	if (fork() == 0) {
		pthread_t thread;

		event = eventfd(0, 0);
		if (pthread_create(&thread, NULL, write_on, NULL) == 0)
			write_on(NULL);
	}
	_exit(0);
}
