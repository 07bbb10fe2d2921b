// Limits of files, tables of hashes, messages of fmtmsg(), options, matching, processors.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <fmtmsg.h>
#include <fts.h>
#include <ftw.h>
#include <getopt.h>
#include <sched.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <time.h>
#include <unistd.h>

#define E(call) (errno = 0, shown = (long)(call), printf("%s: %ld %d\n", #call, shown, shown == -1 ? errno : 0))
#define T(text) (printf("%s: %s\n", #text, text))
static long shown;

static void limits(void)
{
	static const int names[] = { _PC_MAX_CANON, _PC_MAX_INPUT, _PC_NAME_MAX, _PC_PATH_MAX, _PC_PIPE_BUF, _PC_CHOWN_RESTRICTED, _PC_NO_TRUNC, _PC_VDISABLE, _PC_SYNC_IO, _PC_ASYNC_IO, _PC_PRIO_IO, _PC_SOCK_MAXBUF, _PC_REC_INCR_XFER_SIZE, _PC_REC_MAX_XFER_SIZE, _PC_SYMLINK_MAX, _PC_2_SYMLINKS, 21, -1, 100 };
	static const char *const paths[] = { "/", "/tmp", "/dev/null", "/proc/self/status", "/none" };

	for (int i = 0; i < sizeof(names) / sizeof(*names); i++)
		for (int k = 0; k < 5; k++) {
			int fd = open(paths[k], O_RDONLY);
			errno = 0, printf("%d %s %ld", names[i], paths[k], pathconf(paths[k], names[i])), printf(" %d", errno), errno = 0, printf(" %ld", fpathconf(fd, names[i])), printf(" %d\n", errno), close(fd);
		}
	char b[100];
	FILE *f = fopen("/proc/stat", "r");
	E(fgets(b, 100, f) && !strncmp(b, "cpu ", 4)), fclose(f), f = fopen("/proc/uptime", "r"), E(fgets(b, 100, f) && *b), fclose(f);
	cpu_set_t one;
	CPU_ZERO(&one);
	CPU_SET(0, &one);
	sched_setaffinity(0, sizeof(one), &one), E(sysconf(_SC_NPROCESSORS_ONLN) >= 1), E(get_nprocs() >= 1), E(sysconf(_SC_NPROCESSORS_CONF) >= sysconf(_SC_NPROCESSORS_ONLN));
}

static void hashes(void)
{
	struct hsearch_data h = { 0 };
	ENTRY *e;

	E(hcreate_r(3, &h)), E(hcreate_r(3, &h)), E(hsearch_r((ENTRY){ "a", "1" }, ENTER, &e, &h)), E(hsearch_r((ENTRY){ "b", "2" }, ENTER, &e, &h)), E(hsearch_r((ENTRY){ "c", "3" }, ENTER, &e, &h)), E(hsearch_r((ENTRY){ "a", "x" }, ENTER, &e, &h)), T((char *)e->data), E(hsearch_r((ENTRY){ "none" }, FIND, &e, &h)), printf("%d\n", errno), hdestroy_r(&h), E(hcreate(10)), E(hsearch((ENTRY){ "k", "v" }, ENTER) != NULL), E(hsearch((ENTRY){ "k" }, FIND) != NULL), E(hsearch((ENTRY){ "z" }, FIND) != NULL), hdestroy();
}

static void options(int n, char **argv, const char *shorts, int (*get)(int, char *const *, const char *, const struct option *, int *))
{
	static int flag;
	static const struct option longs[] = { { "alpha", 0, NULL, 'a' }, { "alpine", 1, NULL, 'A' }, { "beta", 2, NULL, 'b' }, { "flag", 0, &flag, 7 }, { "gamma", 1, NULL, 'g' }, { 0 } };
	int c, index = -1;

	optind = 0, flag = 0;
	while ((c = get(n, argv, shorts, longs, &index)) != -1)
		printf("%d %s %d %d %d|", c, optarg ? optarg : "-", index, optind, optopt), index = -1;
	printf(" left:");
	while (optind < n)
		printf(" %s", argv[optind++]);
	printf(" flag %d\n", flag);
}

static void many_options(void)
{
	static char *const lines[][9] = {
		{ "p", "x", "--alpha", "y", "--beta", "z", "--beta=1" }, { "p", "--al", "--alpi", "v", "-a", "-gv", "-g", "w" }, { "p", "--gamma" }, { "p", "--flag=1", "--flag" }, { "p", "--none", "-Z", "-" }, { "p", "a", "--", "-a", "b" }, { "p", "-ab", "-g" }, { "p", "--alp", "--ga=5", "-alpha" }, { "p", "-W", "alpha", "x", "-Wgamma=3" },
	};
	static const char *const shorts[] = { "ab::g:", "+ab::g:", "-ab::g:", ":ab::g:W;" };

	for (int i = 0; i < 9; i++)
		for (int k = 0; k < 4; k++)
			for (int only = 0; only < 2; only++) {
				char *argv[9];
				int n = 0;
				while (n < 8 && lines[i][n])
					argv[n] = lines[i][n], n++;
				argv[n] = NULL;
				options(n, argv, shorts[k], only ? (void *)getopt_long_only : (void *)getopt_long);
			}
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	dup2(1, 2);
	limits(), hashes(), many_options();
	E(fmtmsg(MM_PRINT, "label:part", MM_ERROR, "text", "action", "tag")), E(fmtmsg(MM_PRINT, "bad label", MM_ERROR, "text", "action", "tag")), E(fmtmsg(MM_PRINT | MM_SOFT, MM_NULLLBL, MM_INFO, "text", MM_NULLACT, MM_NULLTAG)), E(fmtmsg(MM_NULLMC, MM_NULLLBL, 0, NULL, NULL, NULL));
	return 0;
}
