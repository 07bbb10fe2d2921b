/* getopt(), getopt_long(), getopt_long_only(): order of arguments, abbreviations, messages. */
#define _GNU_SOURCE
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct option longs[] = {
	{ "long", required_argument, 0, 'L' }, { "lonely", no_argument, 0, 'M' }, { "maybe", optional_argument, 0, 'N' },
	{ "verbose", no_argument, 0, 'v' }, { 0 },
};

static void run(const char *line, const char *opts, int how)
{
	char buf[256], *argv[32], *save = 0;
	int argc = 0, r;

	strcpy(buf, line);
	for (char *p = strtok_r(buf, " ", &save); p; p = strtok_r(0, " ", &save))
		argv[argc++] = p;
	argv[argc] = 0;
	printf("%s | %s\n", line, opts);
	optind = 0;
	for (;;) {
		int index = -1;

		fflush(stdout);
		r = how == 0 ? getopt(argc, argv, opts) : how == 1 ? getopt_long(argc, argv, opts, longs, &index)
			: getopt_long_only(argc, argv, opts, longs, &index);
		if (r == -1)
			break;
		printf(" %d '%c' arg %s opt %d index %d ind %d\n", r, r > 32 ? r : ' ', optarg ? optarg : "-", optopt, index, optind);
	}
	printf(" rest:");
	for (int i = optind; i < argc; i++)
		printf(" %s", argv[i]);
	puts("");
}

int main(void)
{
	dup2(1, 2);
	run("prog one -a two -b val three -- -a", "ab:", 0);
	run("prog one -a two", "+ab:", 0);
	run("prog one -a two", "-ab:", 0);
	run("prog -abvalue -c -copt -", "ab:c::", 0);
	run("prog -b", "ab:", 0);
	run("prog -b", ":ab:", 0);
	run("prog -z -a", "ab:", 0);
	run("prog x --long=5 y --lon 6 --lonely -a -- z -b", "ab:", 1);
	run("prog --lo --bogus --long --maybe --maybe=1 --verbose=no --v", "ab:", 1);
	run("prog --long", ":ab:", 1);
	run("prog -long 5 -lonely -a -b5 -verb -x -maybe=2 rest", "ab:", 2);
	run("prog -W long=7 -W lonely -a", "aW;", 1);
	return 0;
}
