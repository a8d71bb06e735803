/*
 * `supervisor --leash -- command [argument...]`: runs a program that dies with the one that started it.
 *
 * Theory of operation: the kernel kills whoever asked for it when its parent dies (PR_SET_PDEATHSIG), and what is asked for
 * before exec holds after it. Node cannot ask for a child; so gdb, to which a terminal is lent, is started through this.
 */
#include "chaos.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

int leash(int argc, char **argv)
{
	pid_t parent = getppid();

	if (argc < 4 || strcmp(argv[2], "--") != 0) {
		fprintf(stderr, "usage: supervisor --leash -- command [argument...]\n");
		return EXIT_ORDERS;
	}
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
		return EXIT_INTERNAL;
	execv(argv[3], argv + 3);
	fprintf(stderr, "supervisor: %s: %s\n", argv[3], strerror(errno));
	return EXIT_INTERNAL;
}
