/* fts, nftw, regular expressions with glibc's structures, and obstacks. */
#define _GNU_SOURCE
#include <argz.h>
#include <fcntl.h>
#include <fts.h>
#include <ftw.h>
#include <obstack.h>
#include <printf.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define obstack_chunk_alloc malloc
#define obstack_chunk_free free

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static int seen;
static int count(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	seen += (kind + 1) * (at->level + 1) * strlen(path + at->base);
	return 0;
}

static void walk(char *top, int options)
{
	char *roots[] = { top, "/nonexistent", 0 };
	FTS *f = fts_open(roots, options, by_name);

	for (FTSENT *e = fts_children(f, 0); e; e = e->fts_link)
		printf("root %zu %d\n", strlen(e->fts_name), e->fts_info);
	for (FTSENT *e; (e = fts_read(f)); ) {
		printf("%d %s %d %d %d\n", e->fts_info, e->fts_name, e->fts_namelen, e->fts_level, e->fts_errno);
		if (options & FTS_SEEDOT && e->fts_info == FTS_D && !strcmp(e->fts_name, "b"))
			fts_set(f, e, FTS_SKIP);
		if (options & FTS_SEEDOT && e->fts_info == FTS_D && !strcmp(e->fts_name, "a"))
			for (FTSENT *c = fts_children(f, 0); c; c = c->fts_link)
				printf("child %s %d\n", c->fts_name, c->fts_info);
	}
	fts_close(f);
}

int main(void)
{
	char top[] = "/tmp/treesXXXXXX";

	mkdtemp(top);
	if (chdir(top))
		return 1;
	mkdir("a", 0755);
	mkdir("a/b", 0755);
	mkdir("c", 0755);
	close(creat("a/f", 0644));
	close(creat("a/b/g", 0644));
	symlink("nowhere", "l");
	symlink("..", "a/up");
	char root[sizeof top + 2];
	strcat(strcpy(root, top), "/.");
	walk(root, FTS_PHYSICAL);
	walk(root, FTS_LOGICAL);
	walk(root, FTS_PHYSICAL | FTS_SEEDOT);
	int r = nftw(".", count, 8, FTW_PHYS);
	printf("%d %d", r, seen);
	r = nftw(".", count, 8, FTW_DEPTH);
	printf(" %d %d\n", r, seen);
	nftw(top, (void *)remove, 8, FTW_PHYS | FTW_DEPTH);

	regex_t re;
	regmatch_t m[3];
	r = regcomp(&re, "(a+)(b*)", REG_EXTENDED);
	printf("%d %zu\n", r, re.re_nsub);
	printf("%d", regexec(&re, "xxaab", 3, m, 0));
	for (int i = 0; i < 3; i++)
		printf(" %d-%d", m[i].rm_so, m[i].rm_eo);
	m[0].rm_so = 3;
	m[0].rm_eo = 5;
	printf(" %d", regexec(&re, "xxaabb", 3, m, REG_STARTEND));
	for (int i = 0; i < 3; i++)
		printf(" %d-%d", m[i].rm_so, m[i].rm_eo);
	regfree(&re);

	int t[20], n = parse_printf_format("%d %5.*s %lld %hhd %Lf %p %c %n %zu %hd %m %% %lx", 20, t);
	printf("\n%d:", n);
	for (int i = 0; i < n; i++)
		printf(" %x", t[i]);

	struct obstack ob;
	obstack_init(&ob);
	for (int i = 0; i < 3000; i++)
		obstack_printf(&ob, "%d,", i);
	obstack_1grow(&ob, 0);
	char *s = obstack_finish(&ob);
	obstack_alloc(&ob, 100000);
	printf("\n%zu %s\n", strlen(s), s + strlen(s) - 6);
	obstack_free(&ob, s);
	obstack_free(&ob, 0);

	char *z, *e = 0;
	size_t len;
	argz_create_sep(":a::bc:d:", ':', &z, &len);
	printf("%zu %zu", len, argz_count(z, len));
	while ((e = argz_next(z, len, e)))
		printf(" <%s>", e);
	argz_stringify(z, len, '/');
	printf(" %s\n", z);
	return 0;
}
