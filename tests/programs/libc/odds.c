/* Names of the C library that little else calls, many to a line. */
#define _GNU_SOURCE
#include <argz.h>
#include <arpa/inet.h>
#include <errno.h>
#include <error.h>
#include <fmtmsg.h>
#include <fts.h>
#include <ftw.h>
#include <dirent.h>
#include <getopt.h>
#include <inttypes.h>
#include <libgen.h>
#include <malloc.h>
#include <math.h>
#include <monetary.h>
#include <netinet/ether.h>
#include <netinet/in.h>
#include <obstack.h>
#include <pthread.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#define obstack_chunk_alloc malloc
#define obstack_chunk_free free

static void argz(void)
{
	char *z = NULL, *p = NULL;
	size_t n = 0;
	char *v[] = { "one", "two", "three", NULL }, *out[8];

	printf("argz %d %zu %zu", argz_create(v, &z, &n), n, argz_count(z, n));
	argz_add(&z, &n, "four"), argz_add_sep(&z, &n, "five:six", ':'), argz_append(&z, &n, "x\0y", 4);
	argz_insert(&z, &n, z + 4, "ins"), argz_delete(&z, &n, z);
	while ((p = argz_next(z, n, p)))
		printf(" %s", p);
	argz_extract(z, n, out), argz_stringify(z, n, ','), printf(" %s\n", z);
	argz_create_sep("a,,b", ',', &z, &n), printf("%zu %zu\n", n, argz_count(z, n));
}

static void obstacks(void)
{
	struct obstack o;

	obstack_init(&o);
	char *a = obstack_copy0(&o, "hello", 5);
	obstack_printf(&o, "%d-%s", 42, "x"), obstack_1grow(&o, 0);
	char *b = obstack_finish(&o);
	for (int i = 0; i < 10000; i++)
		obstack_grow(&o, "0123456789", 10);
	printf("obstack %s %s %d %d", a, b, (int)obstack_object_size(&o), obstack_room(&o) >= 0);
	obstack_finish(&o), obstack_free(&o, a);
	a = obstack_alloc(&o, 100), obstack_int_grow(&o, 5), obstack_blank(&o, 4);
	printf(" %d %d\n", (int)obstack_object_size(&o), _obstack_allocated_p(&o, a));
	obstack_free(&o, NULL);
}

static int visit(const char *p, const struct stat *s, int t, struct FTW *f) { printf(" %s:%d:%d:%d", p + f->base, t, f->level, (int)S_ISDIR(s->st_mode)); return 0; }
static int old_visit(const char *p, const struct stat *s, int t) { return t == FTW_F ? 7 : 0; }
static int order(const FTSENT **a, const FTSENT **b) { return strcmp((*a)->fts_name, (*b)->fts_name); }
static int not_dots(const struct dirent *d) { return d->d_name[0] != '.'; }

static void trees(void)
{
	char top[] = "/tmp/treeXXXXXX", at[64], *roots[] = { top, NULL };
	struct dirent **list;

	mkdtemp(top), chdir(top), mkdir("a", 0755), mkdir("a/b", 0700);
	fclose(fopen("a/b/f10", "w")), symlink("nowhere", "a/link"), fclose(fopen("a/b/f9", "w"));
	chdir("a/b");
	int n = scandir(".", &list, not_dots, versionsort);
	printf("scandir %d", n);
	for (int i = 0; i < n; i++)
		printf(" %s", list[i]->d_name), free(list[i]);
	n = scandir(".", &list, NULL, alphasort);
	for (int i = 0; i < n; i++)
		printf(" %s", list[i]->d_name);
	printf(" none %d %d\n", scandir("nothing", &list, NULL, NULL), errno);
	chdir("/");
	sprintf(at, "%s/a/b/f9", top), unlink(at);
	sprintf(at, "%s/a/b", top);
	printf("nftw %d", nftw(at, visit, 5, FTW_PHYS)), printf(" ftw %d", ftw(at, old_visit, 5));
	printf(" %d %d\n", nftw("/nonesuch", visit, 5, 0), errno);
	sprintf(at, "%s/a", top);
	roots[0] = at;
	FTS *f = fts_open(roots, FTS_PHYSICAL, order);
	printf("fts");
	for (FTSENT *e; (e = fts_read(f)); )
		printf(" %s:%d:%d", e->fts_name, e->fts_info, e->fts_level);
	printf(" %d\n", fts_close(f));
}

static void nothing(void *p) {}
static int compare(const void *a, const void *b) { return strcmp(a, b); }
static void walk(const void *n, VISIT v, int depth) { if (v == postorder || v == leaf) printf(" %s", *(char **)n); }

static void searches(void)
{
	void *root = NULL;
	char *words[] = { "pear", "apple", "fig", "plum", "apple" };
	ENTRY e, *f;
	struct hsearch_data h = { 0 };

	for (int i = 0; i < 5; i++)
		tsearch(words[i], &root, compare);
	printf("tree"), twalk(root, walk);
	printf(" %d %d", tfind("fig", &root, compare) != NULL, tfind("kiwi", &root, compare) != NULL);
	tdelete("fig", &root, compare), twalk(root, walk), tdestroy(root, nothing);
	hcreate(10);
	for (int i = 0; i < 4; i++)
		e.key = words[i], e.data = (void *)(long)i, hsearch(e, ENTER);
	e.key = "plum", f = hsearch(e, FIND), printf(" hash %ld", f ? (long)f->data : -1);
	e.key = "none", f = hsearch(e, FIND), printf(" %d", f != NULL), hdestroy();
	printf(" %d", hcreate_r(5, &h)), e.key = "k", printf(" %d", hsearch_r(e, ENTER, &f, &h)), hdestroy_r(&h);
	int a[8] = { 3, 1, 2 };
	size_t n = 3;
	int k = 2;
	int *p = lfind(&k, a, &n, sizeof k, (int (*)(const void *, const void *))memcmp == 0 ? NULL : compare);
	printf(" %td", p ? p - a : -1), k = 9, lsearch(&k, a, &n, sizeof k, compare), printf(" %zu\n", n);
}

static void numbers(void)
{
	char b[64];
	int dec, sign;

	printf("l64a %s", l64a(123456789)), printf(" %s", l64a(-1)), printf(" %ld %ld", a64l("cA"), a64l("zzzzzz"));
	printf(" ecvt %s", ecvt(123.456, 5, &dec, &sign)), printf(" %d %d %s", dec, sign, fcvt(-0.0123, 4, &dec, &sign)), printf(" %d %d", dec, sign);
	printf(" gcvt %s", gcvt(1234567.891, 6, b)), printf(" %s", gcvt(1e-7, 3, b)), printf(" %s", qecvt(2.5L, 3, &dec, &sign));
	printf(" %d %s", ecvt_r(0, 4, &dec, &sign, b, 64), b); printf("\n");
	printf("versions");
	static const char *const v[] = { "a", "a1", "a01", "a001", "a10", "a9", "1.10", "1.9", "", "0", "00", "x.1", "x.01" };
	for (int i = 0; i < 13; i++)
		for (int j = 0; j < 13; j++) {
			int r = strverscmp(v[i], v[j]);
			putchar(r < 0 ? '<' : r > 0 ? '>' : '=');
		}
	div_t d = div(-7, 2);
	ldiv_t l = ldiv(-7, 2);
	lldiv_t ll = lldiv(7, -2);
	imaxdiv_t m = imaxdiv(9, 4);
	printf(" %d %d %ld %ld %lld %lld %jd %jd %ld %jd\n", d.quot, d.rem, l.quot, l.rem, ll.quot, ll.rem, m.quot, m.rem, labs(-5), imaxabs(-6));
	char *sub = "rw,size=12,bad", *value, *const tokens[] = { "ro", "rw", "size", NULL };
	char copy[32], *c = strcpy(copy, sub);
	while (*c)
		printf("%d", getsubopt(&c, tokens, &value)), printf(" %s;", value ? value : "-");
	printf(" %d %d %d\n", ffs(0x50), ffsl(0), ffsll(1LL << 40));
}

static void addresses(void)
{
	struct in_addr a;
	struct in6_addr six;
	char b[64];
	struct ether_addr *e = ether_aton("1:2:3:a:B:cc");
	static const char *const in[] = { "1.2.3.4", "1.2.3", "0x7f.1", "010.1.1.1", "256.1.1.1", "1.2.3.4.5", "4294967295", "4294967296", "", "1.2.3.4 x", " 1.2.3.4", "1..2" };
	static const char *const in6[] = { "::1", "::", "1:2:3:4:5:6:7:8", "1::8", "::ffff:1.2.3.4", "1:2:3:4:5:6:7:8:9", ":::", "12345::", "fe80::1%lo", "1:2:3:4:5:6:1.2.3.4", "::1.2.3" };

	printf("ether %s %s %d", ether_ntoa(e), ether_ntoa_r(e, b), ether_aton("1:2") != NULL);
	for (int i = 0; i < 12; i++) {
		a.s_addr = 0;
		printf(" %d", inet_aton(in[i], &a)), printf("/%x/%x/%x/%d", a.s_addr, inet_addr(in[i]), inet_network(in[i]), inet_pton(AF_INET, in[i], b));
	}
	for (int i = 0; i < 11; i++) {
		int r = inet_pton(AF_INET6, in6[i], &six);
		printf(" %d %s", r, r == 1 ? inet_ntop(AF_INET6, &six, b, sizeof b) : "");
	}
	a = inet_makeaddr(10, 5);
	printf(" %s %x %x", inet_ntoa(a), inet_lnaof(a), inet_netof(a));
	printf(" %d", inet_ntop(AF_INET, &a, b, 3) == NULL), printf(" %d\n", errno);
}

static void messages(int argc, char **argv)
{
	static const struct option longs[] = { { "alpha", 0, 0, 'a' }, { "beta", 1, 0, 'b' }, { "bet", 0, 0, 'c' }, { "gamma", 2, 0, 'g' }, { 0 } };
	char *lines[][6] = { { "p", "-x", "f", "-ab", "v", NULL }, { "p", "--beta", NULL }, { "p", "--al", "--alpha=3", "--gam=4", "--nothing", NULL }, { "p", "--be", "1", NULL },
		{ "p", "-b", NULL }, { "p", "f", "--", "-a", NULL }, { "p", "-Wfoo", NULL } };
	for (int i = 0; i < 7; i++) {
		int n = 0, c;
		while (lines[i][n])
			n++;
		optind = 0;
		while ((c = getopt_long(n, lines[i], "ab:W;", longs, NULL)) != -1)
			printf("%c%s%d ", c, optarg ? optarg : "-", optopt);
		printf("%d|", optind);
		optind = 0;
		while ((c = getopt_long_only(n, lines[i], "+:ab:", longs, NULL)) != -1)
			printf("%c%s%d ", c, optarg ? optarg : "-", optopt);
		printf("%d\n", optind);
		fflush(stdout);
	}
	error(0, ENOENT, "message %d", 5), error_at_line(0, 0, "file", 7, "at"), error_message_count == 2 ? puts("two") : 0;
	setenv("MSGVERB", "severity:text", 1);
	printf("fmtmsg %d %d\n", fmtmsg(MM_PRINT, "uk:test", MM_ERROR, "text", "action", "tag"), fmtmsg(MM_PRINT, "bad", MM_ERROR, "t", "a", "g"));
	psignal(11, "psignal"), errno = EPERM, perror("perror");
}

static void *other(void *p)
{
	strerror(1234), strsignal(99);
	return NULL;
}

static void rest(void)
{
	pthread_t t;
	char *a = strerror(4321), *b = strsignal(77), path[] = "/a/b/c/", p2[] = "//x//", buf[32];
	struct tm tm = { 0 };

	pthread_create(&t, NULL, other, NULL), pthread_join(t, NULL);
	printf("%s %s", a, b);
	errno = 0;
	void *m = malloc(10);
	free(m), printf(" %d %d", errno, malloc_usable_size(NULL) == 0);
	m = malloc(100), printf(" %d", malloc_usable_size(m) >= 100), free(m);
	printf(" %d %d", reallocarray(NULL, -1, 2) == NULL, errno);
	printf(" %s %s %s\n", basename(path), dirname(path), (basename)(p2));
	printf("%d %d %s\n", dprintf(1, "dprintf\n"), strfmon(buf, 32, "%n", 1.5) > 0, memfrob(strcpy(buf, "frob"), 4) ? "frobbed" : "");
	printf("%s %s", strfry(strcpy(buf, "")), strptime("2024-02-29 12:34", "%Y-%m-%d %R", &tm)), printf(" %d %d\n", tm.tm_yday, tm.tm_min);
	printf("%s %s\n", strcasestr("Hello World", "WORLD"), (char *)memmem("abcdef", 6, "cd", 2));
	printf("%d %s %d %d\n", rpmatch("yes"), program_invocation_short_name ? "named" : "", getpagesize(), getdtablesize() > 0);
	swab("abcd", buf, 4), buf[4] = 0, printf("%s", buf), printf(" %s %s", stpcpy(buf, "stp"), stpncpy(buf, "stpn", 2)), printf(" %s\n", strsep(&(char *){ buf }, "p"));
}

int main(int argc, char **argv)
{
	static char name[] = "odds";
	program_invocation_name = program_invocation_short_name = name;
	setvbuf(stdout, NULL, _IOLBF, 0);
	dup2(1, 2);
	argz(), obstacks(), trees(), searches(), numbers(), addresses(), messages(argc, argv), rest();
	return 0;
}
