/* 40 processes in sessions of their own, each of which goes on as its own child again and again; the test ends. */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

enum { LINES = 40, FORKS = 200000 };

static void keep_forking(int *left)
{
	while (__atomic_sub_fetch(left, 1, __ATOMIC_RELAXED) > 0) {
		pid_t pid = fork();

		if (pid > 0)
			_exit(0);
		setsid();
	}
	for (;;)
		pause();
}

int main(void)
{
	int *left = mmap(NULL, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	*left = FORKS;
	for (int i = 0; i < LINES; i++)
		if (fork() == 0)
			keep_forking(left);
	usleep(20000);
	puts("bombed");
	return 0;
}
