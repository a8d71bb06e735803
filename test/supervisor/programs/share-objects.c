/*
 * Two threads and a forked process that share objects: a pipe, two eventfds, one of them under two numbers, a futex.
 * What each does is said by its name in traces: see chaos-traces.test.ts.
 */
#include <linux/futex.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int pipe_ends[2], one, two, two_again;
static uint32_t word;

static void add(int event)
{
	uint64_t count = 1;

	if (write(event, &count, sizeof(count)) != sizeof(count))
		_exit(77);
}

static void *other(void *unused)
{
	char byte;

	(void)unused;
	add(two_again);
	if (read(pipe_ends[0], &byte, 1) != 1 || syscall(__NR_futex, &word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0) != 0)
		_exit(77);
	return NULL;
}

int main(void)
{
	pthread_t thread;
	pid_t child;
	int status;

	one = eventfd(0, 0);
	two = eventfd(0, 0);
	if (one < 0 || two < 0 || pipe(pipe_ends) != 0)
		return 77;
	add(one);
	add(two);
	two_again = dup(two);
	child = fork();
	if (child == 0) {
		add(two_again);
		_exit(0);
	}
	if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
		return 77;
	if (pthread_create(&thread, NULL, other, NULL) != 0)
		return 77;
	if (syscall(__NR_futex, &word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0) != 0 || write(pipe_ends[1], "x", 1) != 1)
		return 77;
	return pthread_join(thread, NULL);
}
