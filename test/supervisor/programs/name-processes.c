/* Four processes one right after the other, each with a call of its own; see name-threads.c. */
#include <stddef.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PROCESSES = 4 };

static void call(int which)
{
	if (which == 0)
		(void)dup(0);
	else if (which == 1)
		(void)socket(AF_UNIX, SOCK_STREAM, 0);
	else if (which == 2)
		(void)eventfd(0, 0);
	else
		(void)unlink("nowhere");
}

int main(void)
{
	for (int i = 0; i < PROCESSES; i++) {
		pid_t child = fork();

		if (child == 0) {
			call(i);
			_exit(0);
		}
		if (child < 0)
			return 77;
	}
	for (int i = 0; i < PROCESSES; i++)
		if (wait(NULL) < 0)
			return 77;
	return 0;
}
