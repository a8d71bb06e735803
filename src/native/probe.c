/*
 * `supervisor --probe`: what the kernel answers to calls that only a native program can make.
 *
 * Theory of operation: asks for the smallest ring, asks seccomp whether it knows user notification, and has a child of ours
 * intercepted once; prints errno numbers, 0 for yes, in one line of the protocol's grammar. Nothing is left behind.
 */
#include "chaos.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef __NR_io_uring_setup
#define __NR_io_uring_setup 425
#endif

/* sizeof(struct io_uring_params), fixed by the kernel's ABI; spelt out for headers from before 5.1. */
enum { IO_URING_PARAMS_BYTES = 120 };

static int ask_io_uring(void)
{
	uint64_t params[IO_URING_PARAMS_BYTES / sizeof(uint64_t)] = { 0 };
	long fd = syscall(__NR_io_uring_setup, 1, params);

	if (fd < 0)
		return errno;
	return close((int)fd) == 0 ? 0 : errno;
}

static int ask_user_notification(void)
{
	uint32_t action = SECCOMP_RET_USER_NOTIF;

	return syscall(__NR_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0 ? 0 : errno;
}

int probe(void)
{
	int ring = ask_io_uring();
	int notification = ask_user_notification();
	bool killable;
	int chaos = chaos_probe(&killable);
	int said = printf("probe io_uring=%d user_notif=%d chaos=%d killable=%d nnp=%d\n", ring, notification, chaos,
			  killable, entry_needs_no_new_privs());

	return said > 0 && fflush(stdout) == 0 ? 0 : EXIT_INTERNAL;
}
