/*
 * As many processes as asked for, in sessions of their own, each of which goes on as its own child again and again; the
 * test ends. Who is not stopped before all is forked says so by a file in the folder named by OUTSIDE.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { FORKS = 200000 };

struct shared {
	int begun;
	int left;
};

static void keep_forking(struct shared *shared)
{
	while (__atomic_load_n(&shared->begun, __ATOMIC_RELAXED) == 0)
		usleep(1000);
	while (__atomic_sub_fetch(&shared->left, 1, __ATOMIC_RELAXED) > 0) {
		pid_t pid = fork();

		if (pid > 0)
			_exit(0);
		setsid();
	}
	if (chdir(getenv("OUTSIDE")) == 0)
		close(creat("exhausted", 0600));
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	struct shared *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (argc != 2 || shared == MAP_FAILED)
		return 2;
	shared->left = FORKS;
	for (int i = 0; i < atoi(argv[1]); i++)
		if (fork() == 0)
			keep_forking(shared);
	__atomic_store_n(&shared->begun, 1, __ATOMIC_RELAXED);
	usleep(20000);
	puts("bombed");
	return 0;
}
