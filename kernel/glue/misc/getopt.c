/*
 * getopt() of GNU: arguments that are no options move behind the options,
 * unless POSIXLY_CORRECT is set or the option string begins with '+'; with
 * '-' they are returned as option 1. Messages are worded as glibc's.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum order { PERMUTE, STOP, RETURN_ALL };

static struct {
	char *next;		/* rest of a cluster of short options, or NULL */
	int first, last;	/* arguments [first, last) are no options and wait to be moved */
	enum order order;
	int started;
} st;

/* Moves the waiting arguments behind the options [st.last, optind). */
static void exchange(char **argv)
{
	int options = optind - st.last;

	for (int i = 0; i < options; i++) {
		char *option = argv[st.last + i];

		memmove(argv + st.first + i + 1, argv + st.first + i, (st.last - st.first) * sizeof *argv);
		argv[st.first + i] = option;
	}
	st.first += options;
	st.last = optind;
}

static int plain(const char *arg)
{
	return arg[0] != '-' || !arg[1];
}

/* A long option at st.next, PREFIX before it. -1: not one, and SHORT_TOO says that it may be a short one. */
static int long_option(int argc, char **argv, const char *opts, const struct option *list, int *index,
	const char *prefix, int short_too, int print)
{
	size_t len = strcspn(st.next, "=");
	const struct option *found = 0;
	int many = 0, loose = *prefix && !prefix[1];

	for (const struct option *o = list; o->name; o++) {
		if (strncmp(o->name, st.next, len))
			continue;
		if (!o->name[len]) {
			found = o;
			many = 0;
			break;
		}
		if (!found)
			found = o;
		else if (loose || found->has_arg != o->has_arg || found->flag != o->flag || found->val != o->val)
			many = 1;
	}
	if (many) {
		if (print) {
			fprintf(stderr, "%s: option '%s%s' is ambiguous; possibilities:", argv[0], prefix, st.next);
			for (const struct option *o = list; o->name; o++)
				if (!strncmp(o->name, st.next, len))
					fprintf(stderr, " '%s%s'", prefix, o->name);
			fprintf(stderr, "\n");
		}
		optind++;
		st.next = 0;
		optopt = 0;
		return '?';
	}
	if (!found) {
		if (short_too && strchr(opts, *st.next))
			return -1;
		if (print)
			fprintf(stderr, "%s: unrecognized option '%s%s'\n", argv[0], prefix, st.next);
		optind++;
		st.next = 0;
		optopt = 0;
		return '?';
	}
	optind++;
	char *value = st.next[len] ? st.next + len + 1 : 0;

	st.next = 0;
	if (value && !found->has_arg) {
		if (print)
			fprintf(stderr, "%s: option '%s%s' doesn't allow an argument\n", argv[0], prefix, found->name);
		optopt = found->val;
		return '?';
	}
	if (!value && found->has_arg == required_argument) {
		if (optind >= argc) {
			if (print)
				fprintf(stderr, "%s: option '%s%s' requires an argument\n", argv[0], prefix, found->name);
			optopt = found->val;
			return opts[0] == ':' ? ':' : '?';
		}
		value = argv[optind++];
	}
	optarg = value;
	if (index)
		*index = found - list;
	if (found->flag) {
		*found->flag = found->val;
		return 0;
	}
	return found->val;
}

static int short_option(int argc, char **argv, const char *opts, const struct option *list, int *index, int print)
{
	char c = *st.next++;
	const char *o = strchr(opts, c);

	if (!*st.next)
		optind++;
	if (!o || c == ':' || c == ';') {
		if (print)
			fprintf(stderr, "%s: invalid option -- '%c'\n", argv[0], c);
		optopt = c;
		return '?';
	}
	if (o[1] != ':' && !(c == 'W' && o[1] == ';' && list))
		return c;

	char *value = *st.next ? st.next : 0;

	if (value)
		optind++;
	else if (o[1] == ';' || o[2] != ':') {
		if (optind >= argc) {
			if (print)
				fprintf(stderr, "%s: option requires an argument -- '%c'\n", argv[0], c);
			optopt = c;
			return opts[0] == ':' ? ':' : '?';
		}
		value = argv[optind++];
	}
	if (o[1] == ';') {	/* -W name is --name */
		st.next = value;
		optind--;
		return long_option(argc, argv, opts, list, index, "-W ", 0, print);
	}
	st.next = 0;
	optarg = value;
	return c;
}

static int next_option(int argc, char **argv, const char *opts, const struct option *list, int *index,
	int long_only, int posix)
{
	int print;

	if (argc < 1)
		return -1;
	optarg = 0;
	if (!optind || !st.started) {
		if (!optind)
			optind = 1;
		st.first = st.last = optind;
		st.next = 0;
		st.started = 1;
		st.order = *opts == '-' ? RETURN_ALL : *opts == '+' || posix || getenv("POSIXLY_CORRECT") ? STOP : PERMUTE;
	}
	if (*opts == '-' || *opts == '+')
		opts++;
	print = opterr && *opts != ':';

	if (st.next && *st.next)
		return short_option(argc, argv, opts, list, index, print);

	/* The program may have set optind back. */
	if (st.last > optind)
		st.last = optind;
	if (st.first > optind)
		st.first = optind;
	if (st.order == PERMUTE) {
		if (st.first != st.last && st.last != optind)
			exchange(argv);
		else if (st.last != optind)
			st.first = optind;
		while (optind < argc && plain(argv[optind]))
			optind++;
		st.last = optind;
	}
	if (optind < argc && !strcmp(argv[optind], "--")) {
		optind++;
		if (st.first != st.last && st.last != optind)
			exchange(argv);
		else if (st.first == st.last)
			st.first = optind;
		st.last = optind = argc;
	}
	if (optind >= argc) {
		if (st.first != st.last)
			optind = st.first;
		return -1;
	}

	char *arg = argv[optind];

	if (plain(arg)) {
		if (st.order == STOP)
			return -1;
		optarg = arg;
		optind++;
		return 1;
	}
	if (list && arg[1] == '-') {
		st.next = arg + 2;
		return long_option(argc, argv, opts, list, index, "--", 0, print);
	}
	st.next = arg + 1;
	if (list && long_only && (arg[2] || !strchr(opts, arg[1]))) {
		int r = long_option(argc, argv, opts, list, index, "-", 1, print);

		if (r != -1)
			return r;
	}
	return short_option(argc, argv, opts, list, index, print);
}

int getopt(int argc, char *const argv[], const char *opts)
{
	return next_option(argc, (char **)argv, opts, 0, 0, 0, 0);
}

/* getopt() of programs that ask for POSIX. */
int __posix_getopt(int argc, char *const argv[], const char *opts)
{
	return next_option(argc, (char **)argv, opts, 0, 0, 0, 1);
}

int getopt_long(int argc, char *const *argv, const char *opts, const struct option *list, int *index)
{
	return next_option(argc, (char **)argv, opts, list, index, 0, 0);
}

int getopt_long_only(int argc, char *const *argv, const char *opts, const struct option *list, int *index)
{
	return next_option(argc, (char **)argv, opts, list, index, 1, 0);
}
