/* What may be written in /proc and /sys, as access(2) says and open(2) does. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void)
{
	static const char *const paths[] = { "/proc/sys", "/proc/sys/kernel", "/proc/sys/kernel/hostname", "/proc/sys/kernel/cap_last_cap",
		"/proc/sys/kernel/ngroups_max", "/proc", "/proc/self", "/proc/self/", "/proc/thread-self", "/proc/self/task", "/proc/self/fd", "/sys",
		"/proc/version", "/proc/self/maps", "/proc/self/comm", "/sys/devices/system/cpu/online" };

	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		printf("%s:", paths[i]);
		for (int mode = 0; mode < 8; mode++)
			printf(" %s", access(paths[i], mode) ? strerrorname_np(errno) : "0");
		struct stat st;
		if (!stat(paths[i], &st) && S_ISREG(st.st_mode))
			printf(" open %s", open(paths[i], O_WRONLY) < 0 ? strerrorname_np(errno) : "0");
		puts("");
	}
	return 0;
}
