/*
 * The filter: which calls the kernel hands to the marshal.
 *
 * Theory of operation: a binary search over the numbers, about seven comparisons a call, so that neither the calls that
 * pass nor the kernel's preparation of the filter (it tries the program for every number) cost much. Calls of another
 * architecture pass. A few are looked at more closely at their leaf: standard output, the hand-over of the listener,
 * seccomp itself.
 */
#include "chaos.h"

#include <linux/audit.h>
#include <sched.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#if defined(__aarch64__)
#define OUR_ARCH AUDIT_ARCH_AARCH64
#else
#define OUR_ARCH AUDIT_ARCH_X86_64
#endif

#ifndef SECCOMP_FILTER_FLAG_NEW_LISTENER
#define SECCOMP_FILTER_FLAG_NEW_LISTENER (1UL << 3)
#endif

#define AT(field) ((uint32_t)offsetof(struct seccomp_data, field))
/* Lower half of an argument: both our machines are little-endian. */
#define ARG(n) (AT(args) + 8 * (uint32_t)(n))

struct program {
	struct sock_filter *at;
	size_t used;
};

struct wanted {
	const struct call *at[512];
	size_t count;
};

static void add(struct program *p, uint16_t code, uint32_t k, uint8_t yes, uint8_t no)
{
	if (p->used == FILTER_ROOM)
		fatal("the filter is too long");
	p->at[p->used++] = (struct sock_filter){ .code = code, .jt = yes, .jf = no, .k = k };
}

static void load(struct program *p, uint32_t offset)
{
	add(p, BPF_LD | BPF_W | BPF_ABS, offset, 0, 0);
}

static void notify(struct program *p)
{
	add(p, BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF, 0, 0);
}

static void allow(struct program *p)
{
	add(p, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
}

/* Hands over unless argument 0 is `value`. */
static void notify_unless(struct program *p, uint32_t value)
{
	load(p, ARG(0));
	add(p, BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
	allow(p);
	notify(p);
}

/* Hands over if argument `n` is `value`. */
static void notify_if(struct program *p, int n, uint32_t value)
{
	load(p, ARG(n));
	add(p, BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
	notify(p);
	allow(p);
}

/* Descriptors 1 and 2 are what the test says, not what it does. */
static void notify_unless_output(struct program *p)
{
	load(p, ARG(0));
	add(p, BPF_JMP | BPF_JEQ | BPF_K, 1, 1, 0);
	add(p, BPF_JMP | BPF_JEQ | BPF_K, 2, 0, 1);
	allow(p);
	notify(p);
}

/* Hands over if argument 0 has one of `flags`. */
static void notify_if_any(struct program *p, uint32_t flags)
{
	load(p, ARG(0));
	add(p, BPF_JMP | BPF_JSET | BPF_K, flags, 0, 1);
	notify(p);
	allow(p);
}

/* A listener of its own, or strict mode: neither works below ours. */
static void notify_own_seccomp(struct program *p)
{
	load(p, ARG(0));
	add(p, BPF_JMP | BPF_JEQ | BPF_K, SECCOMP_SET_MODE_STRICT, 0, 1);
	notify(p);
	load(p, ARG(1));
	add(p, BPF_JMP | BPF_JSET | BPF_K, SECCOMP_FILTER_FLAG_NEW_LISTENER, 0, 1);
	notify(p);
	allow(p);
}

static void notify_strict_mode(struct program *p)
{
	load(p, ARG(0));
	add(p, BPF_JMP | BPF_JEQ | BPF_K, PR_SET_SECCOMP, 1, 0);
	allow(p);
	notify_if(p, 1, SECCOMP_MODE_STRICT);
}

static void leaf(struct program *p, const struct call *call, const struct filter_wishes *wishes)
{
	switch (call->nr) {
	case __NR_write:
	case __NR_writev:
		if (wishes->watch_ends)
			notify(p);
		else
			notify_unless_output(p);
		break;
	case __NR_clone:
		notify_if_any(p, CLONE_THREAD);
		break;
	case __NR_sendmsg:
		notify_unless(p, (uint32_t)wishes->handoff);
		break;
	case __NR_seccomp:
		notify_own_seccomp(p);
		break;
	case __NR_prctl:
		notify_strict_mode(p);
		break;
	case __NR_tgkill:
		if ((wishes->classes & call->classes) != 0)
			notify(p);
		else
			notify_if(p, 2, SIGABRT);
		break;
	default:
		notify(p);
		break;
	}
}

static void search(struct program *p, const struct call *const *calls, size_t count, const struct filter_wishes *wishes)
{
	size_t half = count / 2, jump;

	if (count == 1) {
		size_t test = p->used, over;

		add(p, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)calls[0]->nr, 0, 0);
		leaf(p, calls[0], wishes);
		over = p->used - test - 1;
		p->at[test].jf = (uint8_t)over;
		allow(p);
		return;
	}
	add(p, BPF_JMP | BPF_JGE | BPF_K, (uint32_t)calls[half]->nr, 0, 1);
	jump = p->used;
	add(p, BPF_JMP | BPF_JA, 0, 0, 0);
	search(p, calls, half, wishes);
	p->at[jump].k = (uint32_t)(p->used - jump - 1);
	search(p, calls + half, count - half, wishes);
}

static bool is_wanted(const struct call *call, const struct filter_wishes *wishes)
{
	switch (call->nr) {
	case __NR_execve:
	case __NR_execveat:
		return wishes->watch_exec;
	case __NR_exit_group:
		return wishes->watch_ends;
	case __NR_write:
	case __NR_writev:
	case __NR_tgkill:
		return wishes->watch_ends || (call->classes & wishes->classes) != 0;
	case __NR_seccomp:
	case __NR_prctl:
		return true;
	default:
		return (call->classes & wishes->classes) != 0;
	}
}

static int by_number(const void *a, const void *b)
{
	const struct call *const *x = a, *const *y = b;

	return ((*x)->nr > (*y)->nr) - ((*x)->nr < (*y)->nr);
}

size_t filter_build(struct sock_filter *into, const struct filter_wishes *wishes)
{
	struct program p = { .at = into };
	struct wanted wanted = { .count = 0 };
	size_t count;
	const struct call *all = calls_all(&count);

	for (size_t i = 0; i < count; i++)
		if (is_wanted(&all[i], wishes))
			wanted.at[wanted.count++] = &all[i];
	qsort(wanted.at, wanted.count, sizeof(*wanted.at), by_number);
	load(&p, AT(arch));
	add(&p, BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCH, 1, 0);
	allow(&p);
	load(&p, AT(nr));
	if (wanted.count > 0)
		search(&p, wanted.at, wanted.count, wishes);
	allow(&p);
	return p.used;
}
