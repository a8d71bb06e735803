/* Ends in one of four ways, by the run's number. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(void)
{
	long run = atol(getenv("FLAKEHUNT_RUN"));

	switch (run % 4) {
	case 1:
		puts("wait cqe -17");
		return 1;
	case 2:
		return 77;
	case 3:
		return raise(SIGKILL);
	}
	return 0;
}
