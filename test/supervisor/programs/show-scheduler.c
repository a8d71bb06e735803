/* Prints its scheduling policy, and on how many CPUs it may run. */
#include <sched.h>
#include <stdio.h>

int main(void)
{
	cpu_set_t cpus;

	if (sched_getaffinity(0, sizeof(cpus), &cpus) != 0)
		return 1;
	printf("policy %d, %d CPUs\n", sched_getscheduler(0), CPU_COUNT(&cpus));
	return 0;
}
