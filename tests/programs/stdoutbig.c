/* Two megabytes of output in pieces of odd sizes. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void)
{
	static char buf[5003];
	size_t left = 2 << 20, at = 0;

	while (left > 0) {
		size_t n = left < sizeof buf ? left : sizeof buf;
		for (size_t i = 0; i < n; i++, at++)
			buf[i] = at % 61 == 60 ? '\n' : 'A' + at * 7 % 26;
		for (size_t done = 0; done < n;) {
			ssize_t r = write(1, buf + done, n - done);
			if (r <= 0)
				return 1;
			done += r;
		}
		left -= n;
	}
	return 0;
}
