/* Prints its open descriptors, and what standard input holds. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(void)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;
	char byte;

	while (dir != NULL && (entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.' && atoi(entry->d_name) != dirfd(dir))
			printf("fd %s\n", entry->d_name);
	printf("input %zd\n", read(0, &byte, 1));
	return 0;
}
