/* Has a seccomp filter of its own, an ordinary one: sync fails, the rest works, in a second thread as well. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static void *check(void *wrong)
{
	errno = 0;
	return syscall(SYS_fsync, 0) == -1 && errno == ENOTTY && getppid() > 0 ? NULL : wrong;
}

int main(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_fsync, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOTTY),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(filter) / sizeof(*filter), filter };
	pthread_t thread;
	void *wrong;

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0)
		return 2;
	if (check(&wrong) != NULL)
		return 1;
	if (pthread_create(&thread, NULL, check, &wrong) != 0 || pthread_join(thread, &wrong) != 0)
		return 77;
	return wrong != NULL;
}
