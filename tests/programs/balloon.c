/* Does what it is told by letters: fills memory, checks it, frees it. */
#include <stdio.h>
#include <stdlib.h>

#define SIZE	(150L << 20)

int main(void)
{
	char line[16], *p = NULL;

	while (fgets(line, sizeof(line), stdin)) {
		const char *say = "what?";
		switch (line[0]) {
		case 'f':
			p = malloc(SIZE);
			for (long i = 0; p && i < SIZE; i += 512)
				p[i] = i / 4096;
			say = p ? "filled" : "no memory";
			break;
		case 'c':
			say = "right";
			for (long i = 0; i < SIZE; i += 512)
				if (p[i] != (char)(i / 4096))
					say = "wrong";
			break;
		case 'r':
			free(p);
			say = "freed";
			break;
		case 'q':
			puts("bye");
			return 0;
		}
		puts(say);
		fflush(stdout);
	}
	return 1;
}
