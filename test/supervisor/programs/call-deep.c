/* Two threads that make their calls from some way down: who stands where is to be seen by name. */
#include <pthread.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

static int event;
static volatile int depth;

__attribute__((noinline)) static int put_innermost(void)
{
	uint64_t one = 1;
	int failed = write(event, &one, sizeof(one)) < 0;

	depth--;
	return failed;
}

__attribute__((noinline)) static int put_middle(void)
{
	int failed;

	depth++;
	failed = put_innermost();
	depth--;
	return failed;
}

__attribute__((noinline)) static void *put_outermost(void *failed)
{
	if (put_middle())
		return failed;
	depth++;
	return NULL;
}

/* A function that has returned leaves its return address behind. */
__attribute__((noinline)) static int leave_traces(int n)
{
	volatile int room[16] = { n };

	return n == 0 ? 0 : leave_traces(n - 1) + room[0];
}

__attribute__((noinline)) static int take_innermost(void)
{
	uint64_t count;
	int failed = read(event, &count, sizeof(count)) < 0;

	depth--;
	return failed;
}

int main(void)
{
	pthread_t thread;
	void *failed;
	int taken;

	event = eventfd(0, 0);
	if (event < 0 || pthread_create(&thread, NULL, put_outermost, &event) != 0 || leave_traces(9) != 45)
		return 77;
	taken = take_innermost();
	if (pthread_join(thread, &failed) != 0 || failed != NULL)
		return 77;
	return taken;
}
