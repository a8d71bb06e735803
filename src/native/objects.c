/*
 * What a call is about: the pipe it writes to, the futex it waits at.
 *
 * Theory of operation: two calls of different threads can only matter to each other if they share something; a trace names
 * it. Names must be the same from run to run, so objects are numbered as the run uses them. A descriptor is looked up
 * while its thread waits for us: pipes and sockets have a number of their own, files a path; anonymous inodes share one
 * inode, so these are told apart by process and descriptor, and known again elsewhere (after fork or dup) by kcmp(2). A
 * descriptor that was closed and given to another object of the same kind is not noticed. A private futex belongs to its
 * process, another is known by its address alone, which is the same after fork.
 */
#include "chaos.h"

#include <linux/futex.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef IORING_ENTER_REGISTERED_RING
#define IORING_ENTER_REGISTERED_RING (1U << 4)
#endif

static const char *const kind_names[OBJECT_KINDS] = { "-", "file", "pipe", "socket", "eventfd", "ring", "epoll", "timerfd",
						      "signalfd", "pidfd", "anonymous", "futex", "semaphore", "queue" };

void objects_begin(struct objects *o)
{
	o->count = 0;
	memset(o->numbers, 0, sizeof(o->numbers));
}

/* Whether both descriptors are of one open file; false where the kernel does not say. */
static bool is_same_file(const struct known_object *a, const struct known_object *b)
{
	return syscall(__NR_kcmp, a->thread, b->thread, KCMP_FILE, (unsigned long)a->fd, (unsigned long)b->fd) == 0;
}

/* Whether it is known by this very name. */
static struct known_object *find(struct objects *o, const struct known_object *seen)
{
	for (size_t i = 0; i < o->count; i++) {
		struct known_object *known = &o->known[i];

		if (known->object.kind == seen->object.kind && known->identity == seen->identity &&
		    known->group == seen->group && known->fd == seen->fd)
			return known;
	}
	return NULL;
}

/* The number under which it is known by another descriptor; 0: none. */
static uint32_t known_elsewhere(const struct objects *o, const struct known_object *seen)
{
	for (size_t i = 0; seen->fd >= 0 && i < o->count; i++)
		if (o->known[i].object.kind == seen->object.kind && is_same_file(&o->known[i], seen))
			return o->known[i].object.number;
	return 0;
}

/* The one that was seen, with its number. */
static struct object recognise(struct objects *o, struct known_object seen)
{
	struct known_object *known = find(o, &seen);

	if (known != NULL) {
		/* Whoever used it first may be gone. */
		known->thread = seen.thread;
		return known->object;
	}
	if (o->count == MAX_OBJECTS)
		return (struct object){ OBJECT_NONE, 0 };
	seen.object.number = known_elsewhere(o, &seen);
	if (seen.object.number == 0)
		seen.object.number = ++o->numbers[seen.object.kind];
	o->known[o->count++] = seen;
	return seen.object;
}

static uint64_t hash_of(const char *text)
{
	uint64_t hash = 0;

	for (; *text != '\0'; text++)
		hash = mix_seed(hash, (unsigned char)*text);
	return hash;
}

static enum object_kind anonymous_kind(const char *name)
{
	static const struct {
		const char *name;
		enum object_kind kind;
	} kinds[] = { { "[eventfd]", OBJECT_EVENTFD }, { "[io_uring]", OBJECT_RING }, { "[eventpoll]", OBJECT_EPOLL },
		      { "[timerfd]", OBJECT_TIMERFD }, { "[signalfd]", OBJECT_SIGNALFD }, { "[pidfd]", OBJECT_PIDFD } };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (strcmp(name, kinds[i].name) == 0)
			return kinds[i].kind;
	return OBJECT_ANONYMOUS;
}

/* As proc_pid_fd(5) tells it. */
static struct object describe_fd(struct objects *o, pid_t thread, pid_t group, int fd)
{
	struct known_object seen = { .thread = thread, .group = group, .fd = -1 };
	char path[48], text[256];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)thread, fd);
	n = readlink(path, text, sizeof(text) - 1);
	if (n <= 0)
		return (struct object){ OBJECT_NONE, 0 };
	text[n] = '\0';
	if (strncmp(text, "anon_inode:", 11) == 0) {
		seen.object.kind = anonymous_kind(text + 11);
		seen.fd = fd;
		return recognise(o, seen);
	}
	seen.object.kind = strncmp(text, "pipe:", 5) == 0 ? OBJECT_PIPE :
		strncmp(text, "socket:", 7) == 0 ? OBJECT_SOCKET : OBJECT_FILE;
	seen.identity = hash_of(text);
	seen.group = 0;
	return recognise(o, seen);
}

static struct object describe_futex(struct objects *o, const struct seccomp_notif *n, pid_t group)
{
	bool private = n->data.nr == __NR_futex && (n->data.args[1] & FUTEX_PRIVATE_FLAG) != 0;

	return recognise(o, (struct known_object){ .object.kind = OBJECT_FUTEX, .identity = n->data.args[0],
						   .group = private ? group : 0, .fd = -1 });
}

/* Whether argument 0 of the call is the descriptor of what it is about. */
static bool is_about_fd(const struct seccomp_notif *n)
{
	static const int numbers[] = {
		__NR_read, __NR_write, __NR_readv, __NR_writev, __NR_pread64, __NR_pwrite64, __NR_preadv, __NR_pwritev,
		__NR_splice, __NR_tee, __NR_vmsplice, __NR_sendto, __NR_recvfrom, __NR_sendmsg, __NR_recvmsg,
		__NR_sendmmsg, __NR_recvmmsg, __NR_accept, __NR_accept4, __NR_connect, __NR_shutdown, __NR_epoll_pwait,
		__NR_epoll_ctl, __NR_mq_timedsend, __NR_mq_timedreceive, __NR_dup, __NR_dup3, __NR_ftruncate, __NR_bind,
		__NR_listen, __NR_setsockopt, __NR_fcntl, __NR_flock, __NR_timerfd_settime, __NR_ioctl, __NR_lseek,
		__NR_fstat, __NR_fsync, __NR_fallocate, __NR_getdents64,
#ifdef __NR_epoll_wait
		__NR_epoll_wait, __NR_dup2,
#endif
#ifdef __NR_epoll_pwait2
		__NR_epoll_pwait2,
#endif
#ifdef __NR_pidfd_send_signal
		__NR_pidfd_send_signal,
#endif
#ifdef __NR_io_uring_register
		__NR_io_uring_register,
#endif
	};

#ifdef __NR_io_uring_enter
	if (n->data.nr == __NR_io_uring_enter)
		return (n->data.args[3] & IORING_ENTER_REGISTERED_RING) == 0;
#endif
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		if (n->data.nr == numbers[i])
			return true;
	return false;
}

static bool is_about_futex(int nr)
{
#ifdef __NR_futex_wait
	if (nr == __NR_futex_wait || nr == __NR_futex_wake)
		return true;
#endif
	return nr == __NR_futex;
}

struct object object_of(struct objects *o, const struct seccomp_notif *n, pid_t group)
{
	struct known_object ipc = { .identity = n->data.args[0], .fd = -1 };

	if (is_about_fd(n))
		return describe_fd(o, (pid_t)n->pid, group, (int)n->data.args[0]);
	if (is_about_futex(n->data.nr))
		return describe_futex(o, n, group);
	switch (n->data.nr) {
	case __NR_semop:
	case __NR_semtimedop:
		ipc.object.kind = OBJECT_SEMAPHORE;
		return recognise(o, ipc);
	case __NR_msgsnd:
	case __NR_msgrcv:
		ipc.object.kind = OBJECT_QUEUE;
		return recognise(o, ipc);
	default:
		return (struct object){ OBJECT_NONE, 0 };
	}
}

void object_write(const struct object *object, struct text *into)
{
	text_str(into, kind_names[object->kind]);
	if (object->kind != OBJECT_NONE)
		text_num(into, object->number);
}
