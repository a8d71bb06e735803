/* `fork-chain N`: a process forks one, which forks one, and so on; each makes a few calls. */
#include <sched.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int left = argc > 1 ? atoi(argv[1]) : 0, status = 0;
	pid_t child = 0;

	while (left-- > 0 && child == 0) {
		for (int i = 0; i < 5; i++)
			(void)sched_yield();
		child = fork();
		if (child < 0)
			return 77;
	}
	if (child > 0)
		(void)wait(&status);
	return WEXITSTATUS(status);
}
