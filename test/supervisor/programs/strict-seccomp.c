/* Confines itself to read, write and exit. */
#include <errno.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void)
{
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) < 0) {
		printf("not strict: %s\n", strerror(errno));
		return 1;
	}
	syscall(SYS_exit, 0);
}
