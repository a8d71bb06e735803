/* Starts the program that is given, a set-uid one, and waits for it. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int status = 1;
	pid_t pid = fork();

	if (argc < 2 || pid < 0)
		return 77;
	if (pid == 0) {
		execv(argv[1], argv + 1);
		_exit(126);
	}
	waitpid(pid, &status, 0);
	printf("ended with %d\n", status);
	return 0;
}
