/* The program's own name: as it was told it, and what says which file it is. */
#define _GNU_SOURCE
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <unistd.h>

static void print_file(const char *name)
{
	char buf[100];
	FILE *f = fopen(name, "r");
	size_t n = f ? fread(buf, 1, sizeof(buf), f) : 0;

	for (size_t i = 0; i < n; i++)
		putchar(buf[i] ? buf[i] : '|');
	putchar('\n');
}

int main(int argc, char **argv)
{
	char exe[4096] = "", name[16] = "";

	prctl(PR_GET_NAME, name);
	if (readlink("/proc/self/exe", exe, sizeof(exe) - 1) < 0)
		perror("exe");
	printf("%d [%s] [%s] [%s] [%s]\n", argc, argv[0], argv[1], program_invocation_name, program_invocation_short_name);
	printf("%s %s %s\n", name, basename(exe), basename((char *)getauxval(AT_EXECFN)));
	print_file("/proc/self/comm");
	print_file("/proc/self/cmdline");
	return 0;
}
