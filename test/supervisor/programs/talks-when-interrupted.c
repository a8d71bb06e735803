/* Waits for ever; says so when the wait is interrupted, as an attached debugger does to epoll_wait (signal(7)). */
#include <errno.h>
#include <stdio.h>
#include <sys/epoll.h>

int main(void)
{
	struct epoll_event event;
	int fd = epoll_create1(EPOLL_CLOEXEC);

	puts("waiting");
	fflush(stdout);
	while (epoll_wait(fd, &event, 1, -1) < 0 && errno == EINTR) {
		puts("interrupted");
		fflush(stdout);
	}
	return 1;
}
