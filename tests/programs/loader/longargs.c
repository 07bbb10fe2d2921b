/* Megabytes of arguments and environment: all of them arrive, in order, one behind the other as Linux lays them
 * out, and /proc tells the same. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

static unsigned long hash = 14695981039346656037UL;

static void add(const char *s, size_t n)
{
	while (n--)
		hash = (hash ^ (unsigned char)*s++) * 1099511628211UL;
}

static void file(const char *name, const char *last)
{
	static char buf[3 << 20];
	int fd = open(name, O_RDONLY);
	size_t n = 0;
	ssize_t got;

	while ((got = read(fd, buf + n, sizeof(buf) - n)) > 0)
		n += got;
	close(fd);
	size_t tail = strlen(last) + 1;
	printf("%s: megabytes %zu, ends as it should: %d\n", name, n >> 20, n >= tail && !memcmp(buf + n - tail, last, tail));
}

int main(int argc, char **argv)
{
	int together = 1, envc = 0;

	for (int i = 1; i < argc; i++) {
		add(argv[i], strlen(argv[i]) + 1);
		together &= argv[i] == argv[i - 1] + strlen(argv[i - 1]) + 1;
	}
	for (char **e = environ; *e; e++) {
		if (!strncmp(*e, "START_NS=", 9))
			continue;
		envc++;
		add(*e, strlen(*e) + 1);
	}
	together &= environ[0] == argv[argc - 1] + strlen(argv[argc - 1]) + 1;
	printf("%d arguments, %d variables, hash %lx, together: %d\n", argc, envc, hash, together);
	file("/proc/self/cmdline", argv[argc - 1]);
	file("/proc/self/environ", environ[envc]);
	printf("%zu\n", getenv("LAST") ? strlen(getenv("LAST")) : 0);
	return 0;
}
