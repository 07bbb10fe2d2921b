/* Writes a lot to both of its outputs, in large and small pieces. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void)
{
	static char large[70000];

	for (int i = 0; i < 300; i++) {
		dprintf(1, "output %d\n", i);
		dprintf(2, "error %d\n", i);
	}
	for (int i = 1; i <= 2; i++) {
		memset(large, 'a' + i, sizeof(large));
		for (size_t done = 0; done < sizeof(large);) {
			ssize_t n = write(i, large + done, sizeof(large) - done);
			if (n <= 0)
				return 1;
			done += n;
		}
	}
	return 0;
}
