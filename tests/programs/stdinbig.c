/* A megabyte through read(): nothing lost, nothing twice. */
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	static unsigned char buf[7001];
	uint64_t hash = 1469598103934665603u, total = 0;
	ssize_t n;

	while ((n = read(0, buf, sizeof buf)) > 0) {
		for (ssize_t i = 0; i < n; i++)
			hash = (hash ^ buf[i]) * 1099511628211u;
		total += n;
	}
	printf("last %zd, %llu bytes, hash %016llx\n", n, (unsigned long long)total, (unsigned long long)hash);
	return 0;
}
