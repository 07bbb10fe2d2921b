/* What a program on a disk sees: its arguments, its environment, the root file
 * system, the time of day, memory, a second thread. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static void *say(void *text)
{
	printf("thread %s\n", (char *)text);
	return NULL;
}

int main(int argc, char **argv)
{
	FILE *f = fopen(argv[0], "rb");
	char magic[4] = "";
	size_t n = 64 << 20;
	char *p = malloc(n);
	struct stat st;
	pthread_t t;

	for (int i = 1; i < argc; i++)
		printf("argument %s\n", argv[i]);
	printf("variable %s\n", getenv("DISK") ? getenv("DISK") : "missing");
	if (getenv("LONG"))
		printf("long %zu\n", strlen(getenv("LONG")));
	if (!f || fread(magic, 1, 4, f) != 4 || memcmp(magic, "\177ELF", 4) || fstat(fileno(f), &st))
		return 1;
	/* As rofs version 2 has it; in version 1 nobody may write, and there are no times. */
	printf("root %s\n", st.st_mode & 0200 && st.st_mtime ? "with modes and times" : "without modes or times");
	if (!p)
		return 2;
	memset(p, 1, n);
	printf("time %s\n", time(NULL) > 1600000000 ? "known" : "unknown");
	if (pthread_create(&t, NULL, say, "two") || pthread_join(t, NULL))
		return 3;
	printf("done\n");
	return 7;
}
