/* Prints every variable of its environment and its arguments. */
#include <stdio.h>

extern char **environ;

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		printf("arg %s\n", argv[i]);
	for (char **at = environ; *at != NULL; at++)
		puts(*at);
	return 0;
}
