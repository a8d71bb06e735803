/* Leaves its working directory, and writes where it went (the folder named by OUTSIDE). */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(void)
{
	if (chdir(getenv("OUTSIDE")) != 0)
		return 1;
	return open("core-like", O_WRONLY | O_CREAT, 0600) < 0;
}
