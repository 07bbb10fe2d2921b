/* fts and ftw over a tree with links, loops and odd names: kinds, paths, folders that the walk changes into, what is told to it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned long seed;
static unsigned below(unsigned n) { seed = seed * 6364136223846793005UL + 1442695040888963407UL; return (seed >> 33) % n; }

static char root[] = "/tmp/walksXXXXXX";
static int order(const FTSENT **a, const FTSENT **b) { return strcmp((*a)->fts_name, (*b)->fts_name); }
static int reverse(const FTSENT **a, const FTSENT **b) { return -strcmp((*a)->fts_name, (*b)->fts_name); }

/* Paths begin with the root's name, which is another each time. */
static const char *shown(const char *path)
{
	return !strncmp(path, root, strlen(root)) ? path + strlen(root) : !strcmp(path, root + 5) ? "ROOT" : path;
}

static void make(void)
{
	static const char *const names[] = { "d1/", "d1/a", "d1/b", "d1/d2/", "d1/d2/c", "d1/d2/d3/", "d1/d2/d3/e", "empty/", ".hid", "x y", "d4/", "d4/stop" };

	mkdtemp(root), chdir(root);
	for (int i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (names[i][strlen(names[i]) - 1] == '/')
			mkdir(names[i], 0755);
		else
			close(open(names[i], O_CREAT | O_WRONLY, 0644));
	symlink("d1", "ld"), symlink("none", "dead"), symlink("..", "d1/up"), symlink("a", "d1/la"), symlink(".", "d4/self");
}

static void entry(FTS *f, FTSENT *e, int n)
{
	int failed = e->fts_info == FTS_DNR || e->fts_info == FTS_ERR || e->fts_info == FTS_NS;

	printf("%d %s|%s|%s level %d %d error %d number %ld", e->fts_info, shown(e->fts_path), shown(e->fts_name), shown(e->fts_accpath), e->fts_level, strcmp(e->fts_name, root + 5) ? e->fts_namelen : 0, failed ? e->fts_errno : 0, e->fts_number);
	if (e->fts_info == FTS_D) {
		e->fts_number = n;
		if (!strcmp(e->fts_name, "d2"))
			printf(" skip %d", fts_set(f, e, FTS_SKIP));
		else if (!below(3) && !strstr(e->fts_path, "up") && !strstr(e->fts_path, "ld"))	/* where glibc cannot come back from a link */
			for (FTSENT *c = fts_children(f, below(2) ? FTS_NAMEONLY : 0); c; c = c->fts_link)
				printf(" child %s %d", c->fts_name, c->fts_info);
	}
	if (e->fts_info == FTS_SL && below(2))
		printf(" follow %d", fts_set(f, e, FTS_FOLLOW));
	if (e->fts_info == FTS_F && !below(9))
		printf(" again %d", fts_set(f, e, FTS_AGAIN));
	puts("");
}

static void walk(char *const *paths, int options, int (*by)(const FTSENT **, const FTSENT **))
{
	char cwd[1000];
	FTS *f;
	FTSENT *e;
	int n = 0;

	errno = 0;
	f = fts_open(paths, options, by);
	printf("== %s %x: %d %d\n", shown(paths[0]), options, !!f, f ? 0 : errno);
	if (!f)
		return;
	while ((e = fts_read(f)) && n++ < 100) {
		entry(f, e, n);
		if (n % 7 == 0)
			puts(shown(getcwd(cwd, sizeof(cwd))));
	}
	printf("end %d %d", e ? 0 : errno, fts_set(f, NULL, 99));
	printf(" %d %s\n", fts_close(f), shown(getcwd(cwd, sizeof(cwd))));
}

static char *lines[1000];
static int count;
static int by_text(const void *a, const void *b) { return strcmp(*(char **)a, *(char **)b); }

static int line(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	asprintf(&lines[count++], "%s kind %d base %d level %d mode %o", shown(path), kind, at->base - (path[0] == '/' ? (int)strlen(root) : 0), at->level, kind == FTW_NS ? 0 : st->st_mode);
	return 0;
}

static int choosy(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	line(path, st, kind, at);
	return !strcmp(path + at->base, "d2") ? FTW_SKIP_SUBTREE : 0;
}

static int short_line(const char *path, const struct stat *st, int kind)
{
	asprintf(&lines[count++], "%s kind %d", shown(path), kind);
	return 0;
}

static int last(const char *path, const struct stat *st, int kind) { return !strcmp(path, "d1/d2/c") ? 77 : 0; }

static int gone(const char *path, const struct stat *st, int kind, struct FTW *at) { return remove(path); }

static void flush(const char *how, const char *path, int flags, int r)
{
	printf("%s %s %x = %d %d\n", how, shown(path), flags, r, r ? errno : 0);
	qsort(lines, count, sizeof(*lines), by_text);
	for (int i = 0; i < count; i++)
		puts(lines[i]), free(lines[i]);
	count = 0;
}

int main(void)
{
	static char *paths[][3] = { { root }, { "d1", "empty" }, { "none" }, { "ld" }, { "dead" }, { "d1/" }, { "." }, { "d1/a" }, { "" }, { "d1", "d1" } };
	static const int fts[] = { FTS_PHYSICAL, FTS_LOGICAL, FTS_PHYSICAL | FTS_NOCHDIR, FTS_PHYSICAL | FTS_SEEDOT, FTS_PHYSICAL | FTS_NOSTAT, FTS_LOGICAL | FTS_COMFOLLOW, FTS_PHYSICAL | FTS_COMFOLLOW,
		FTS_PHYSICAL | FTS_XDEV, 0, FTS_PHYSICAL | 0x1000, FTS_LOGICAL | FTS_NOCHDIR | FTS_SEEDOT, FTS_PHYSICAL | FTS_LOGICAL };
	static const int ftws[] = { 0, FTW_PHYS, FTW_DEPTH, FTW_CHDIR, FTW_MOUNT, FTW_PHYS | FTW_DEPTH, FTW_PHYS | FTW_CHDIR, FTW_ACTIONRETVAL, FTW_ACTIONRETVAL | FTW_PHYS, FTW_DEPTH | FTW_CHDIR | FTW_PHYS, 1 << 20 };
	char cwd[1000];

	make();
	for (int p = 0; p < 10; p++)
		for (int o = 0; o < 12; o++)
			seed = p * 100 + o, walk(paths[p], fts[o], o % 2 ? reverse : order);
	unlink("ld");	/* whichever of two ways to a folder is found first is the one that is gone */
	for (int p = 0; p < 9; p++) {
		for (int o = 0; o < 11; o++)
			for (int fds = ftws[o] & FTW_CHDIR ? 9 : -1; fds < 20; fds += 10)
				errno = 0, flush("nftw", paths[p][0], ftws[o], nftw(paths[p][0], ftws[o] & FTW_ACTIONRETVAL ? choosy : line, fds, ftws[o]));
		errno = 0, flush("ftw", paths[p][0], 0, ftw(paths[p][0], short_line, 5));
	}
	printf("%d %s\n", ftw("d1", last, 5), shown(getcwd(cwd, sizeof(cwd))));
	chdir("/"), nftw(root, gone, 5, FTW_DEPTH | FTW_PHYS);
	printf("%d\n", access(root, F_OK));
	return 0;
}
