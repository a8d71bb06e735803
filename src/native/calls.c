/*
 * System calls by class.
 *
 * Theory of operation: a table for each machine whose numbers we know, put together by the compiler from the kernel's
 * headers, so that a call these do not name yet is left out. In no class are calls that the kernel never restarts (close,
 * munmap, sigreturn): a signal that takes a held call back would make them fail. The same with fork, which shells call
 * while their other children end: of clone only what makes a thread is intercepted (filter.c), for there signals are
 * blocked. Exec and exits are only watched.
 */
#include "chaos.h"

#include <stdlib.h>
#include <sys/syscall.h>

#define IN(class, name) { __NR_##name, #name, class }

#if defined(__x86_64__) || defined(__aarch64__)

static const struct call table[] = {
	/* A new thread's first call is one of those after the clones. */
	IN(CALLS_LIFECYCLE, clone),
#ifdef __NR_clone3
	IN(CALLS_LIFECYCLE, clone3),
#endif
#ifdef __NR_rseq
	IN(CALLS_LIFECYCLE, rseq),
#endif
	IN(CALLS_LIFECYCLE, set_robust_list),
	IN(CALLS_LIFECYCLE, rt_sigprocmask),
	IN(CALLS_LIFECYCLE, sigaltstack),
	IN(CALLS_LIFECYCLE, gettid),
	/* A thread that ends gives its stack back so. */
	IN(CALLS_LIFECYCLE, madvise),
	IN(CALLS_LIFECYCLE, wait4),
	IN(CALLS_LIFECYCLE, waitid),

	IN(CALLS_SYNC, futex),
#ifdef __NR_futex_waitv
	IN(CALLS_SYNC, futex_waitv),
#endif
#ifdef __NR_futex_wait
	IN(CALLS_SYNC, futex_wake),
	IN(CALLS_SYNC, futex_wait),
	IN(CALLS_SYNC, futex_requeue),
#endif
	IN(CALLS_SYNC, read),
	IN(CALLS_SYNC, write),
	IN(CALLS_SYNC, readv),
	IN(CALLS_SYNC, writev),
	/* Files are shared memory too: a lock file, a slot, a log. */
	IN(CALLS_SYNC, pread64),
	IN(CALLS_SYNC, pwrite64),
	IN(CALLS_SYNC, preadv),
	IN(CALLS_SYNC, pwritev),
	IN(CALLS_SYNC, splice),
	IN(CALLS_SYNC, tee),
	IN(CALLS_SYNC, vmsplice),
	IN(CALLS_SYNC, sendto),
	IN(CALLS_SYNC, recvfrom),
	IN(CALLS_SYNC, sendmsg),
	IN(CALLS_SYNC, recvmsg),
	IN(CALLS_SYNC, sendmmsg),
	IN(CALLS_SYNC, recvmmsg),
	IN(CALLS_SYNC, accept),
	IN(CALLS_SYNC, accept4),
	IN(CALLS_SYNC, connect),
	IN(CALLS_SYNC, shutdown),
#ifdef __NR_epoll_wait
	IN(CALLS_SYNC, epoll_wait),
	IN(CALLS_SYNC, poll),
	IN(CALLS_SYNC, select),
	IN(CALLS_SYNC, pause),
#endif
	IN(CALLS_SYNC, epoll_pwait),
#ifdef __NR_epoll_pwait2
	IN(CALLS_SYNC, epoll_pwait2),
#endif
	IN(CALLS_SYNC, epoll_ctl),
	IN(CALLS_SYNC, ppoll),
	IN(CALLS_SYNC, pselect6),
#ifdef __NR_io_uring_enter
	IN(CALLS_SYNC, io_uring_enter),
	IN(CALLS_SYNC, io_uring_register),
#endif
	IN(CALLS_SYNC, io_submit),
	IN(CALLS_SYNC, io_getevents),
#ifdef __NR_io_pgetevents
	IN(CALLS_SYNC, io_pgetevents),
#endif
	IN(CALLS_SYNC, semop),
	IN(CALLS_SYNC, semtimedop),
	IN(CALLS_SYNC, msgsnd),
	IN(CALLS_SYNC, msgrcv),
	IN(CALLS_SYNC, mq_timedsend),
	IN(CALLS_SYNC, mq_timedreceive),
	IN(CALLS_SYNC, sched_yield),
	IN(CALLS_SYNC, nanosleep),
	IN(CALLS_SYNC, clock_nanosleep),
	IN(CALLS_SYNC, rt_sigtimedwait),
	IN(CALLS_SYNC, rt_sigsuspend),
	IN(CALLS_SYNC, membarrier),

#ifdef __NR_open
	IN(CALLS_RESOURCE, open),
	IN(CALLS_RESOURCE, creat),
	IN(CALLS_RESOURCE, dup2),
	IN(CALLS_RESOURCE, pipe),
	IN(CALLS_RESOURCE, unlink),
	IN(CALLS_RESOURCE, rename),
	IN(CALLS_RESOURCE, link),
	IN(CALLS_RESOURCE, symlink),
	IN(CALLS_RESOURCE, mkdir),
	IN(CALLS_RESOURCE, rmdir),
#endif
	IN(CALLS_RESOURCE, openat),
#ifdef __NR_openat2
	IN(CALLS_RESOURCE, openat2),
#endif
	IN(CALLS_RESOURCE, dup),
	IN(CALLS_RESOURCE, dup3),
	IN(CALLS_RESOURCE, pipe2),
	IN(CALLS_RESOURCE, unlinkat),
	IN(CALLS_RESOURCE, renameat),
	IN(CALLS_RESOURCE, renameat2),
	IN(CALLS_RESOURCE, linkat),
	IN(CALLS_RESOURCE, symlinkat),
	IN(CALLS_RESOURCE, mkdirat),
	IN(CALLS_RESOURCE, ftruncate),
	IN(CALLS_RESOURCE, socket),
	IN(CALLS_RESOURCE, socketpair),
	IN(CALLS_RESOURCE, bind),
	IN(CALLS_RESOURCE, listen),
	IN(CALLS_RESOURCE, setsockopt),
	IN(CALLS_RESOURCE, kill),
	IN(CALLS_RESOURCE, tkill),
	IN(CALLS_RESOURCE, tgkill),
	IN(CALLS_RESOURCE, rt_sigqueueinfo),
	IN(CALLS_RESOURCE, fcntl),
	IN(CALLS_RESOURCE, flock),
	IN(CALLS_RESOURCE, eventfd2),
	IN(CALLS_RESOURCE, timerfd_settime),
#ifdef __NR_io_uring_setup
	IN(CALLS_RESOURCE, io_uring_setup),
#endif
#ifdef __NR_pidfd_send_signal
	IN(CALLS_RESOURCE, pidfd_send_signal),
#endif

	IN(CALLS_REST, mmap),
	IN(CALLS_REST, mprotect),
	IN(CALLS_REST, mremap),
	IN(CALLS_REST, brk),
	IN(CALLS_REST, ioctl),
	IN(CALLS_REST, lseek),
	IN(CALLS_REST, fstat),
	IN(CALLS_REST, newfstatat),
	IN(CALLS_REST, statx),
	IN(CALLS_REST, fsync),
	IN(CALLS_REST, fallocate),
	IN(CALLS_REST, getdents64),
	IN(CALLS_REST, getppid),
	IN(CALLS_REST, getrusage),
	IN(CALLS_REST, getrandom),
	IN(CALLS_REST, clock_gettime),
	IN(CALLS_REST, gettimeofday),
	IN(CALLS_REST, rt_sigaction),
	IN(CALLS_REST, setitimer),
	IN(CALLS_REST, timer_settime),
	IN(CALLS_REST, sched_setaffinity),
	IN(CALLS_REST, sched_getaffinity),
	IN(CALLS_REST, prlimit64),

	IN(0, execve),
	IN(0, execveat),
	IN(0, exit_group),
	IN(0, seccomp),
	IN(0, prctl),
};

enum { TABLE_COUNT = sizeof(table) / sizeof(*table) };

const struct call *calls_all(size_t *count)
{
	*count = TABLE_COUNT;
	return table;
}

#else

const struct call *calls_all(size_t *count)
{
	*count = 0;
	return NULL;
}

#endif

const struct call *call_find(int nr)
{
	size_t count;
	const struct call *all = calls_all(&count);

	for (size_t i = 0; i < count; i++)
		if (all[i].nr == nr)
			return &all[i];
	return NULL;
}

unsigned call_weight(const struct call *call)
{
	switch (call == NULL ? CALLS_REST : call->classes) {
	case CALLS_LIFECYCLE:
		return 4;
	case CALLS_SYNC:
		return 3;
	case CALLS_RESOURCE:
		return 2;
	default:
		return 1;
	}
}

bool call_is_birth(int nr)
{
#ifdef __NR_clone3
	if (nr == __NR_clone3)
		return true;
#endif
	return nr == __NR_clone;
}
