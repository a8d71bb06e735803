/* print-bytes N: prints N bytes of which byte i is 'a' + i mod 26, in large writes, on both streams in turn. */
#include <stdlib.h>
#include <unistd.h>

enum { STEP = 26 * 4096 };

int main(int argc, char **argv)
{
	static char bytes[STEP];
	long left = argc > 1 ? atol(argv[1]) : 0;

	for (int i = 0; i < STEP; i++)
		bytes[i] = (char)('a' + i % 26);
	for (int fd = 1; left > 0; fd = 3 - fd) {
		long part = left < STEP ? left : STEP;

		for (long done = 0; done < part;) {
			ssize_t n = write(fd, bytes + done, (size_t)(part - done));

			if (n < 0)
				return 1;
			done += n;
		}
		left -= part;
	}
	return 0;
}
