// glob() with random patterns and flags over a small tree, and with the
// program's own directory functions.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <dirent.h>
#include <unistd.h>

static unsigned long long state = 88172645463325252ull;
static unsigned long digest;

static unsigned rnd(unsigned n)
{
	state ^= state << 13, state ^= state >> 7, state ^= state << 17;
	return (state >> 11) % n;
}

static void note(unsigned long v)
{
	digest = (digest ^ v) * 0x9e3779b97f4a7c15ul;
	digest ^= digest >> 31;
}

static const char *parts[] = { "a", "b", "*", "?", "/", ".", "a", "*", "[ab]", "{", "}", ",", "..", "*/", "d", "{a,b}", "/", "[", "]", "sub", "\\*" };

static void show(const char *pattern, int flags)
{
	glob_t g = { .gl_offs = 1 };
	int r = glob(pattern, flags, NULL, &g);

	printf("%s %#x: %d", pattern, flags, r);
	for (size_t i = 0; !r && i < g.gl_pathc; i++)
		printf(" %s", g.gl_pathv[i + (flags & GLOB_DOOFFS ? 1 : 0)]);
	printf("\n");
	if (!r)
		globfree(&g);
}

static void one(void)
{
	char pattern[100] = "";
	int flags = rnd(0x8000) & rnd(0x8000) & ~(GLOB_APPEND | GLOB_DOOFFS | GLOB_MAGCHAR | GLOB_ALTDIRFUNC | GLOB_NOSORT | GLOB_TILDE | GLOB_TILDE_CHECK);
	glob_t g = { 0 };
	int r;

	for (int n = 1 + rnd(6); n--;)
		strcat(pattern, parts[rnd(sizeof parts / sizeof *parts)]);
	if (*pattern == '/' || strstr(pattern, ".."))
		return;
	note(r = glob(pattern, flags, NULL, &g));
	for (size_t i = 0; !r && i < g.gl_pathc; i++)
		for (char *s = g.gl_pathv[i]; *s; s++)
			note(*s);
	if (!r)
		globfree(&g);
}

static struct dirent entry;
static const char *names[] = { "one", "two", ".three", NULL };
static int at;

static void *open_names(const char *dir) { printf("open %s\n", dir); at = 0; return names; }
static void close_names(void *d) { printf("close %d\n", d == names); }
static struct dirent *read_names(void *d)
{
	if (!names[at])
		return NULL;
	strcpy(entry.d_name, names[at++]);
	entry.d_type = DT_REG;
	return &entry;
}
static int stat_names(const char *path, struct stat *st) { printf("stat %s\n", path); st->st_mode = S_IFDIR; return strstr(path, "two") ? 0 : -1; }

static int failed(const char *path, int err) { printf("failed %s: %s\n", path, strerror(err)); return 0; }

int main(void)
{
	char dir[40] = "/tmp/globXXXXXX";
	glob_t g = { .gl_opendir = (void *(*)(const char *))open_names, .gl_readdir = (void *)read_names, .gl_closedir = close_names, .gl_lstat = stat_names, .gl_stat = stat_names };

	/* One further down: patterns with .. see nothing that others put into /tmp. */
	if (!mkdtemp(dir) || mkdir(strcat(dir, "/in"), 0755) || chdir(dir))
		return 1;
	mkdir("a", 0755), mkdir("a/sub", 0755), mkdir("d", 0755), mkdir(".h", 0755), mkdir("ab", 0755), mkdir("ab/a", 0755);
	for (const char **f = (const char *[]){ "b", ".x", "a/a", "a/b", "a/sub/a", "d/.y", "a*", "{a,b}", NULL }; *f; f++)
		close(open(*f, O_CREAT | O_WRONLY, 0644));
	if (symlink("a", "la") || symlink("none", "dead"))
		return 1;
	setenv("HOME", dir, 1);
	show("*", 0), show("*/", 0), show("*", GLOB_MARK), show("*", GLOB_PERIOD), show("{b,a*,zz}", GLOB_BRACE), show("{a,d}/{*,.*}", GLOB_BRACE);
	show("{zz,yy}", GLOB_BRACE | GLOB_NOCHECK), show("zz", GLOB_NOMAGIC), show("zz*", GLOB_NOMAGIC), show("zz*", GLOB_NOCHECK), show("*", GLOB_ONLYDIR);
	show("\\*", 0), show("a\\*", 0), show("a\\*", GLOB_NOESCAPE), show("none/*", GLOB_ERR), show("b/*", GLOB_ERR), show("", 0), show("", GLOB_NOCHECK);
	show("*", GLOB_DOOFFS), show("~nobodyatall/x", GLOB_TILDE_CHECK), show("~nobodyatall", GLOB_TILDE | GLOB_NOCHECK), show("{a", GLOB_BRACE), show("{a}", GLOB_BRACE);
	errno = 0;
	printf("%d %d\n", glob("a", 0x8000, NULL, &g), errno);
	printf("tilde %d\n", glob("~/a*", GLOB_TILDE, NULL, &g));
	for (size_t i = 0; i < g.gl_pathc; i++)
		printf(" %s\n", g.gl_pathv[i] + strlen(dir));
	printf("append %d %zu\n", glob("d", GLOB_APPEND, NULL, &g), g.gl_pathc);
	printf("last %s\n", g.gl_pathv[g.gl_pathc - 1]);
	printf("own %d\n", glob("x/*", GLOB_ALTDIRFUNC | GLOB_MARK, failed, &g));
	for (size_t i = 0; i < g.gl_pathc; i++)
		printf(" %s\n", g.gl_pathv[i]);
	printf("own plain %d\n", glob("x/two", GLOB_ALTDIRFUNC, failed, &g));
	printf("fails %d\n", glob("none*/../zz/*", 0, failed, &g));
	printf("fails %d\n", glob("zz/*", 0, failed, &g));
	for (int i = 0; i < 6000; i++) {
		one();
		if (i % 500 == 499)
			printf("%016lx%c", digest, i % 2000 == 1999 ? '\n' : ' ');
	}
	return 0;
}
