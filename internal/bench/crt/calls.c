// System calls of a static program: lines of a name and nanoseconds.
#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

#define ROW(name, turns, what) do { \
	double best = 1e18; \
	for (int round = 0; round < 5; round++) { \
		double start = now(); \
		for (int i = 0; i < (turns); i++) \
			what; \
		double each = (now() - start) / (turns); \
		if (each < best) \
			best = each; \
	} \
	printf("%s %.1f\n", name, best); \
} while (0)

int main(void)
{
	struct timeval tv;
	char c[4096];
	int zero = open("/dev/zero", O_RDONLY);

	ROW("getpid", 20000, syscall(SYS_getpid));
	ROW("read-zero", 20000, read(zero, c, 1));
	ROW("read-zero-4096", 20000, read(zero, c, sizeof(c)));
	ROW("gettimeofday", 20000, gettimeofday(&tv, NULL));
	ROW("open-close", 2000, close(open("/dev/zero", O_RDONLY)));
	return 0;
}
