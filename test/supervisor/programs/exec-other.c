/* Becomes another program. */
#include <unistd.h>

int main(void)
{
	execl("/bin/sh", "sh", "-c", "echo another; exit 3", (char *)NULL);
	return 1;
}
