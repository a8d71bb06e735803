/*
 * The listener: how intercepted calls reach us and go on.
 *
 * Theory of operation: the test's process, about to exec, installs the filter and sends the listener's descriptor down a
 * socket; that one sendmsg is exempt from the filter, or nobody could ever receive it. A waiting notification is taken
 * at once (it is then out of reach of signals, where the kernel knows WAIT_KILLABLE_RECV, since 5.19) and answered by
 * "go on" when the time has come; the kernel then carries the call out unchanged. Nothing is decided on security grounds,
 * so it does not matter that the call's memory may change meanwhile.
 */
#include "chaos.h"

#include <errno.h>
#include <linux/capability.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SECCOMP_USER_NOTIF_FLAG_CONTINUE
#define SECCOMP_USER_NOTIF_FLAG_CONTINUE (1UL << 0)
#endif
#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif
#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, __u64)
#endif
#ifndef SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP (1UL << 0)
#endif

static bool may_administer(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { { 0 } };

	if (syscall(__NR_capget, &header, data) != 0)
		return false;
	return (data[0].effective & (1U << CAP_SYS_ADMIN)) != 0;
}

bool entry_needs_no_new_privs(void)
{
	return !may_administer() && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1;
}

/* Runs between vfork and exec: system calls only. SPEC_ALLOW keeps the processor as fast as without the filter. */
static int install(struct entry *e)
{
	struct sock_fprog program = { .len = (unsigned short)e->filter_length, .filter = e->filter };
	unsigned long flags = SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_SPEC_ALLOW;
	long fd = syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, flags | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
			  &program);

	e->killable = fd >= 0;
	if (fd < 0 && errno == EINVAL)
		fd = syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
	return (int)fd;
}

static int send_descriptor(int socket, int fd)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { .room = { 0 } };
	char byte = 0;
	struct iovec part = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1,
				  .msg_control = control.room, .msg_controllen = sizeof(control.room) };

	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	control.header.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	return sendmsg(socket, &message, MSG_NOSIGNAL) == 1 ? 0 : errno;
}

int entry_apply(struct entry *e)
{
	struct sched_param normal = { .sched_priority = 0 };
	int fd, error;

	/* A batch thread that is woken does not take the CPU from the one that runs: the order stays ours. */
	if (e->batch && syscall(__NR_sched_setscheduler, 0, SCHED_BATCH, &normal) != 0)
		return errno;
	if (e->slack_ns != 0 && prctl(PR_SET_TIMERSLACK, e->slack_ns, 0, 0, 0) != 0)
		return errno;
	if (e->filter_length == 0)
		return 0;
	e->refused = true;
	if (e->no_new_privs && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return errno;
	fd = install(e);
	if (fd < 0)
		return errno;
	error = send_descriptor(e->handoff, fd);
	e->refused = error != 0;
	return error;
}

int listener_receive(int socket)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
	char byte;
	struct iovec part = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1,
				  .msg_control = control.room, .msg_controllen = sizeof(control.room) };
	struct cmsghdr *header;
	ssize_t n;
	int fd;

	do
		n = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	header = n == 1 ? CMSG_FIRSTHDR(&message) : NULL;
	if (header == NULL || header->cmsg_type != SCM_RIGHTS)
		return -1;
	memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	return fd;
}

bool notice_open(struct notice *n)
{
	struct seccomp_notif_sizes sizes;

	if (syscall(__NR_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes) != 0)
		return false;
	n->size = sizes.seccomp_notif > sizeof(*n->in) ? sizes.seccomp_notif : sizeof(*n->in);
	n->in = calloc(1, n->size);
	if (n->in == NULL)
		fatal("out of memory");
	return true;
}

void notice_free(struct notice *n)
{
	free(n->in);
	*n = (struct notice){ 0 };
}

bool listener_waits(int listener)
{
	struct pollfd waiting = { .fd = listener, .events = POLLIN };

	return poll(&waiting, 1, 0) > 0 && (waiting.revents & POLLIN) != 0;
}

bool listener_take(int listener, struct notice *n)
{
	/* RECV would wait for one. It fails with ENOENT when the thread died, or a signal took the call back, meanwhile. */
	while (listener_waits(listener)) {
		memset(n->in, 0, n->size);
		if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, n->in) == 0)
			return true;
		if (errno != ENOENT && errno != EINTR)
			return false;
	}
	return false;
}

/* On the stack, with room for a larger one of the kernel's: two threads may answer at once. */
static bool answer(int listener, uint64_t id, uint32_t flags)
{
	union {
		struct seccomp_notif_resp response;
		char room[256];
	} out = { .room = { 0 } };

	out.response.id = id;
	out.response.flags = flags;
	return ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &out) == 0;
}

bool listener_release(int listener, uint64_t id)
{
	return answer(listener, id, SECCOMP_USER_NOTIF_FLAG_CONTINUE);
}

bool listener_skip(int listener, uint64_t id)
{
	return answer(listener, id, 0);
}

void listener_prefer_same_cpu(int listener)
{
	/* Best effort: older kernels answer EINVAL. */
	(void)ioctl(listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP);
}

/* The probed process: makes one intercepted call; exits with an errno. */
static _Noreturn void try_entry(struct entry *e)
{
	int error = entry_apply(e);

	if (error == 0 && syscall(__NR_sched_yield) != 0)
		error = errno;
	_exit(error == 0 && !e->killable ? 255 : error);
}

int chaos_probe(bool *killable)
{
	struct entry *e = calloc(1, sizeof(*e));
	struct notice n = { 0 };
	struct filter_wishes wishes = { .classes = CALLS_SYNC };
	int ends[2], listener, status = 0, error = EPROTO;
	size_t count;
	pid_t pid;

	*killable = false;
	(void)calls_all(&count);
	if (e == NULL)
		fatal("out of memory");
	if (count == 0 || !notice_open(&n) || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
		error = count == 0 ? ENOSYS : errno;
		free(e);
		notice_free(&n);
		return error;
	}
	wishes.handoff = e->handoff = ends[1];
	e->no_new_privs = entry_needs_no_new_privs();
	e->filter_length = filter_build(e->filter, &wishes);
	pid = fork();
	if (pid == 0)
		try_entry(e);
	close(ends[1]);
	listener = listener_receive(ends[0]);
	if (listener >= 0) {
		struct pollfd waiting = { .fd = listener, .events = POLLIN };

		if (poll(&waiting, 1, 2000) == 1 && listener_take(listener, &n))
			(void)listener_release(listener, n.in->id);
		/* Closed, a call that still waits fails with ENOSYS and the process ends. */
		close(listener);
	}
	if (pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status)) {
		error = WEXITSTATUS(status) == 255 ? 0 : WEXITSTATUS(status);
		*killable = WEXITSTATUS(status) == 0;
	}
	close(ends[0]);
	notice_free(&n);
	free(e);
	return error;
}
