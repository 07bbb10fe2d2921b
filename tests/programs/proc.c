/* /proc/self: judged, not shown, for it differs from host to guest. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

static int holds(const char *file, const char *text)
{
	static char buf[65536];
	FILE *f = fopen(file, "r");
	size_t n = f ? fread(buf, 1, sizeof buf - 1, f) : 0;

	if (f)
		fclose(f);
	buf[n] = 0;
	return strstr(buf, text) != NULL;
}

int main(int argc, char **argv)
{
	char exe[4096] = "";
	char *slash;
	struct stat st;
	struct utsname u;

	(void)argc;
	readlink("/proc/self/exe", exe, sizeof exe - 1);
	slash = strrchr(exe, '/');
	printf("exe %s\n", slash ? slash + 1 : "?");
	printf("exe is a file %d\n", stat("/proc/self/exe", &st) == 0 && S_ISREG(st.st_mode));
	printf("maps name the program %d\n", holds("/proc/self/maps", slash ? slash : "?"));
	printf("maps show the stack %d\n", holds("/proc/self/maps", "[stack]"));
	printf("status %d\n", holds("/proc/self/status", "VmRSS:") && holds("/proc/self/status", "Threads:"));
	printf("stat %d\n", holds("/proc/self/stat", slash ? ") R" : "?"));
	printf("fd %d\n", access("/proc/self/fd/1", F_OK));
	printf("cpuinfo %d\n", holds("/proc/cpuinfo", "processor"));
	printf("MHz %d\n", holds("/proc/cpuinfo", "cpu MHz\t\t: "));
	printf("meminfo %d\n", holds("/proc/meminfo", "MemTotal:"));
	printf("uptime %d\n", holds("/proc/uptime", "."));
	printf("uname %d\n", uname(&u) == 0 && strcmp(u.sysname, "Linux") == 0 && strcmp(u.machine, "x86_64") == 0);
	printf("page size %ld, processors %d, ticks %ld\n", sysconf(_SC_PAGESIZE), sysconf(_SC_NPROCESSORS_ONLN) >= 1, sysconf(_SC_CLK_TCK));
	printf("memory %d\n", sysconf(_SC_PHYS_PAGES) > 1000 && get_nprocs() >= 1);
	printf("pid %d, tid is pid %d\n", getpid() > 0, gettid() == getpid());
	printf("argv0 %d\n", strstr(argv[0], slash ? slash + 1 : "?") != NULL);
	return 0;
}
