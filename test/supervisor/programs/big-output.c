/* Four threads write a mebibyte together, in large and small pieces. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { THREADS = 4, BYTES = 256 * 1024, PIECE = 3000 };

static void *write_share(void *unused)
{
	char piece[PIECE];

	memset(piece, 'x', sizeof(piece));
	for (int left = BYTES; left > 0;) {
		ssize_t written = write(STDOUT_FILENO, piece, left < PIECE ? left : PIECE);

		if (written < 0)
			_exit(1);
		left -= written;
	}
	return unused;
}

int main(void)
{
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, write_share, NULL) != 0)
			return 77;
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
