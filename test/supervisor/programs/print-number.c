/* Prints the run's number in a form told by the argument: after a space, after a minus, in hex; or as letters. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void letters(long n)
{
	for (; n > 0; n /= 26)
		putchar('a' + (int)(n % 26));
	putchar('\n');
}

int main(int argc, char **argv)
{
	long run = atol(getenv("FLAKEHUNT_RUN"));

	if (argc < 2)
		return 2;
	if (strcmp(argv[1], "letters") == 0)
		letters(run);
	else
		printf(argv[1][0] == 'm' ? "ret -%ld\n" : argv[1][0] == 'h' ? "at 0x%lx\n" : "took %ld us\n", run);
	return 0;
}
