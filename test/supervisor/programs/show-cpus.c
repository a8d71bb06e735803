/* Prints the CPUs it may run on. */
#include <sched.h>
#include <stdio.h>

int main(void)
{
	cpu_set_t cpus;

	if (sched_getaffinity(0, sizeof(cpus), &cpus) != 0)
		return 1;
	for (int i = 0; i < CPU_SETSIZE; i++)
		if (CPU_ISSET(i, &cpus))
			printf("cpu %d\n", i);
	return 0;
}
