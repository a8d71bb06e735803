/* Calls whose arguments hold more than the kernel looks at: `odd-calls exit` (status 256) or `odd-calls write`. */
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	const char *words = "the words\n";

	if (argc > 1 && strcmp(argv[1], "exit") == 0)
		(void)syscall(SYS_exit_group, 256);
	return syscall(SYS_write, (1UL << 32) | STDOUT_FILENO, words, strlen(words)) < 0;
}
