/* A hundred children at once, each of which makes some calls; all of them must be heard. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILDREN = 100 };

int main(void)
{
	int ends[2], heard = 0, ended = 0, status;
	char byte = 'x';

	if (pipe(ends) < 0)
		return 77;
	for (int i = 0; i < CHILDREN; i++) {
		pid_t pid = fork();

		if (pid < 0)
			return 77;
		if (pid == 0)
			_exit(write(ends[1], &byte, 1) != 1);
	}
	close(ends[1]);
	while (read(ends[0], &byte, 1) == 1)
		heard++;
	while (wait(&status) > 0)
		ended += status == 0;
	printf("%d heard, %d ended\n", heard, ended);
	return 0;
}
