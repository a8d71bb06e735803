/* Order, of two processes: who forked must not look into the pipe before the child has written. 1 when it did. */
#include "race.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORK = 300000 };

int main(void)
{
	uint64_t mine = draw(WORK), its = draw(WORK);
	int ends[2], status, early;
	char byte = 0;
	pid_t child;

	if (pipe2(ends, O_NONBLOCK) != 0)
		return 77;
	child = fork();
	if (child == 0) {
		work(its);
		_exit(write(ends[1], &byte, 1) == 1 ? 0 : 77);
	}
	work(mine);
	early = read(ends[0], &byte, 1) != 1;
	if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
		return 77;
	return early;
}
