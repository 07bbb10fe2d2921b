/*
 * glob() with glibc's flags: braces, tilde, the caller's own directory
 * functions, directories only, names without magic taken as they are.
 */
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	ERR = 1, MARK = 2, NOSORT = 4, DOOFFS = 8, NOCHECK = 0x10, APPEND = 0x20, NOESCAPE = 0x40, PERIOD = 0x80, MAGCHAR = 0x100,
	ALTDIRFUNC = 0x200, BRACE = 0x400, NOMAGIC = 0x800, TILDE = 0x1000, ONLYDIR = 0x2000, TILDE_CHECK = 0x4000,
	KNOWN = 0x7fff & ~MAGCHAR,
};

enum { NOSPACE = 1, ABORTED = 2, NOMATCH = 3 };

/* What glibc's header calls glob_t. */
struct glob {
	size_t count;
	char **paths;
	size_t reserved;
	int flags;
	void (*closedir)(void *);
	struct dirent *(*readdir)(void *);
	void *(*opendir)(const char *);
	int (*lstat)(const char *, struct stat *);
	int (*stat)(const char *, struct stat *);
};

typedef int (*error_function)(const char *, int);

static int expand(const char *pattern, int flags, error_function, struct glob *);

/* Adds DIR/NAME, or just NAME. */
static int add(struct glob *g, const char *dir, const char *name)
{
	size_t d = dir ? strlen(dir) : 0, n = strlen(name);
	char **paths = realloc(g->paths, (g->reserved + g->count + 2) * sizeof *paths), *s;

	if (!paths)
		return NOSPACE;
	g->paths = paths;
	if (d == 1 && *dir == '/')
		d = 0;
	if (!(s = malloc(d + n + 2)))
		return NOSPACE;
	if (dir) {
		memcpy(s, dir, d);
		s[d++] = '/';
	}
	memcpy(s + d, name, n + 1);
	paths[g->reserved + g->count++] = s;
	paths[g->reserved + g->count] = NULL;
	return 0;
}

enum { PLAIN = 0, MAGIC = 1, ESCAPED = 2, BRACKET = 4 };

static int kind(const char *p, int flags)
{
	int r = PLAIN, bracket = 0;

	for (; *p; p++) {
		if (*p == '?' || *p == '*')
			return MAGIC;
		if (*p == '\\' && !(flags & NOESCAPE)) {
			if (p[1])
				p++;
			r |= ESCAPED;
		} else if (*p == '[') {
			bracket = 1;
			r |= BRACKET;
		} else if (*p == ']' && bracket) {
			return MAGIC;
		}
	}
	return r;
}

static int is_directory(struct glob *g, const char *path, int flags)
{
	struct stat st;

	return !(flags & ALTDIRFUNC ? g->stat : stat)(path, &st) && S_ISDIR(st.st_mode);
}

static char *joined(const char *dir, const char *name)
{
	size_t d = strlen(dir), n = strlen(name);
	char *path = malloc(d + n + 2);

	if (path) {
		memcpy(path, dir, d);
		path[d] = '/';
		memcpy(path + d + 1, name, n + 1);
	}
	return path;
}

static int exists(struct glob *g, const char *dir, const char *name, int flags)
{
	char *path = joined(dir, name);
	struct stat st;
	int r = path && !(flags & ALTDIRFUNC ? g->lstat : lstat)(path, &st);

	free(path);
	return r;
}

/* Whether an entry that does not say so itself is a directory. */
static int directory_in(struct glob *g, const char *dir, const struct dirent *e, int flags)
{
	char *path;
	int r;

	if (e->d_type != DT_UNKNOWN && e->d_type != DT_LNK)
		return 0;
	path = joined(dir, e->d_name);
	r = path && is_directory(g, path, flags);
	free(path);
	return r;
}

static int read_directory(const char *pattern, const char *dir, const char *prefix, int flags, error_function failed, struct glob *g)
{
	int match = (flags & PERIOD ? 0 : FNM_PERIOD) | (flags & NOESCAPE ? FNM_NOESCAPE : 0), err = 0;
	void *d = flags & ALTDIRFUNC ? g->opendir(dir) : opendir(dir);
	struct dirent *e;

	if (!d)
		return errno != ENOTDIR && ((failed && failed(dir, errno)) || flags & ERR) ? ABORTED : 0;
	while (!err && (e = flags & ALTDIRFUNC ? g->readdir(d) : readdir(d))) {
		if (fnmatch(pattern, e->d_name, match))
			continue;
		if (!(flags & ONLYDIR) || e->d_type == DT_DIR || directory_in(g, dir, e, flags))
			err = add(g, prefix, e->d_name);
	}
	if (flags & ALTDIRFUNC)
		g->closedir(d);
	else
		closedir(d);
	return err;
}

/* The last part of a pattern, in a directory that is named without magic. prefix is what names begin with. */
static int in_directory(const char *pattern, const char *dir, const char *prefix, int flags, error_function failed, struct glob *g)
{
	size_t before = g->count;
	int k = kind(pattern, flags), take = flags & NOCHECK, r;

	if (k == PLAIN) {
		take = flags & (NOCHECK | NOMAGIC) || exists(g, dir, pattern, flags);
	} else if ((r = read_directory(pattern, dir, prefix, flags, failed, g))) {
		return r;
	}
	if (g->count == before && take)
		return add(g, prefix, pattern);
	return g->count == before ? NOMATCH : 0;
}

static int compare(const void *a, const void *b)
{
	return strcoll(*(char *const *)a, *(char *const *)b);
}

/* Slashes behind directories, and order, for what was found since before. */
static int finish(struct glob *g, size_t before, int flags)
{
	if (flags & MARK)
		for (size_t i = g->reserved + before; i < g->reserved + g->count; i++)
			if (is_directory(g, g->paths[i], flags)) {
				size_t n = strlen(g->paths[i]);
				char *s = realloc(g->paths[i], n + 2);

				if (!s)
					return NOSPACE;
				strcpy(s + n, "/");
				g->paths[i] = s;
			}
	if (!(flags & NOSORT) && g->count > before)
		qsort(g->paths + g->reserved + before, g->count - before, sizeof *g->paths, compare);
	g->flags = flags;
	return 0;
}

static int drop(struct glob *g)
{
	for (size_t i = 0; g->paths && i < g->count; i++)
		free(g->paths[g->reserved + i]);
	free(g->paths);
	g->paths = NULL;
	return 0;
}

/* The end of an alternative in braces: its comma or the closing brace. */
static const char *alternative_end(const char *p, int flags)
{
	int depth = 0;

	for (; *p; p++) {
		if (*p == '\\' && !(flags & NOESCAPE)) {
			if (!*++p)
				return NULL;
		} else if ((*p == '}' && !depth--) || (*p == ',' && !depth)) {
			return p;
		} else if (*p == '{') {
			depth++;
		}
	}
	return NULL;
}

static const char *open_brace(const char *p, int flags)
{
	for (; *p && *p != '{'; p++)
		if (*p == '\\' && !(flags & NOESCAPE) && !*++p)
			return NULL;
	return *p ? p : NULL;
}

/* Every alternative in its turn. -1: there are no braces here. */
static int braces(const char *pattern, int flags, error_function failed, struct glob *g)
{
	const char *begin = open_brace(pattern, flags), *p, *end, *rest;
	size_t before = g->count;
	char *one;
	int r = 0;

	if (!begin)
		return -1;
	for (rest = alternative_end(begin + 1, flags); rest && *rest != '}'; rest = alternative_end(rest + 1, flags))
		;
	if (!rest)
		return -1;
	if (!(one = malloc(strlen(pattern) + 1)))
		return NOSPACE;
	for (p = begin + 1;; p = end + 1) {
		end = alternative_end(p, flags);
		memcpy(one, pattern, begin - pattern);
		memcpy(one + (begin - pattern), p, end - p);
		strcpy(one + (begin - pattern) + (end - p), rest + 1);
		r = expand(one, (flags & ~(NOCHECK | NOMAGIC)) | APPEND, failed, g);
		if ((r && r != NOMATCH) || *end == '}')
			break;
	}
	free(one);
	if (r && r != NOMATCH)
		return r;
	if (g->count != before)
		return 0;
	return flags & (NOCHECK | NOMAGIC) ? -1 : NOMATCH;
}

/* A home directory for the name behind a tilde. NULL: the tilde stays. */
static const char *home(const char *name)
{
	struct passwd *pw;
	char *h = *name ? NULL : getenv("HOME");

	if (h && *h)
		return h;
	pw = *name ? getpwnam(name) : getpwuid(getuid());
	return pw ? pw->pw_dir : NULL;
}

/* dir with its tilde replaced, in new memory; dir itself if none is there. *r is NOMATCH where that must not be. */
static char *tilde(char *dir, int *flags_used, int *r)
{
	size_t n;
	const char *h;
	char *end, *s, saved;
	int flags = *flags_used;

	if (!(flags & (TILDE | TILDE_CHECK)) || *dir != '~')
		return dir;
	end = strchrnul(dir, '/');
	saved = *end;
	*end = 0;
	h = home(dir + 1);
	*end = saved;
	if (!h) {
		*r = flags & TILDE_CHECK ? NOMATCH : 0;
		return dir;
	}
	n = strlen(h);
	if (!(s = malloc(n + strlen(end) + 1))) {
		*r = NOSPACE;
		return dir;
	}
	if (n && *end && h[n - 1] == '/')
		n--;
	memcpy(s, h, n);
	strcpy(s + n, end);
	free(dir);
	*flags_used &= ~(NOCHECK | NOMAGIC);
	return s;
}

static void unescape(char *s)
{
	char *to = s;

	for (; *s; s++) {
		if (*s == '\\' && s[1])
			s++;
		*to++ = *s;
	}
	*to = 0;
}

static int nothing(const char *pattern, int flags, struct glob *g)
{
	if (!(flags & NOCHECK))
		return NOMATCH;
	g->flags = flags;
	return add(g, NULL, pattern);
}

/* All directories that a pattern names, and in each the last part. */
static int in_directories(const char *pattern, const char *dir, const char *name, int flags, error_function failed, struct glob *g)
{
	struct glob dirs = *g;
	size_t before = g->count;
	int r;

	dirs.paths = NULL;
	dirs.count = dirs.reserved = 0;
	r = expand(dir, (flags & (ERR | NOESCAPE | ALTDIRFUNC)) | NOSORT | ONLYDIR, failed, &dirs);
	for (size_t i = 0; !r && i < dirs.count; i++) {
		r = in_directory(name, dirs.paths[i], dirs.paths[i], (flags | APPEND) & ~(NOCHECK | NOMAGIC), failed, g);
		if (r == NOMATCH)
			r = 0;
	}
	drop(&dirs);
	if (r && !(r == NOMATCH && flags & NOCHECK))
		return r;
	if (g->count == before)
		return nothing(pattern, flags, g);
	return finish(g, before, flags | MAGCHAR);
}

/* pattern, whose directory part is dir, in memory of its own, and whose last part is name. */
static int split(const char *pattern, char **dir, const char *name, int flags, error_function failed, struct glob *g)
{
	size_t before = g->count;
	int r = 0, k, asked = flags;

	*dir = tilde(*dir, &flags, &r);
	if (r)
		return r;
	if (!name)	/* ~ or ~NAME */
		return add(g, NULL, *dir) ? NOSPACE : finish(g, before, flags);
	if ((k = kind(*dir, flags)) & (MAGIC | BRACKET))
		r = in_directories(pattern, *dir, name, flags, failed, g);
	if (k & (MAGIC | BRACKET))
		return r == NOMATCH ? nothing(pattern, asked, g) : r;
	if (k & ESCAPED) {
		unescape(*dir);
		flags &= ~(NOCHECK | NOMAGIC);
	}
	r = in_directory(name, **dir ? *dir : ".", **dir ? *dir : NULL, flags, failed, g);
	if (r == NOMATCH && g->count == before)
		return nothing(pattern, asked, g);
	return r ? r : finish(g, before, flags | (kind(name, flags) == MAGIC ? MAGCHAR : 0));
}

/* Of a backslash that escapes the slash behind it nothing is left. */
static int drop_odd_backslash(char *s, int flags)
{
	size_t n = strlen(s), odd = 0;

	while (odd < n && s[n - 1 - odd] == '\\')
		odd++;
	if (flags & NOESCAPE || odd % 2 == 0)
		return 0;
	s[n - 1] = 0;
	return 1;
}

static int expand(const char *pattern, int flags, error_function failed, struct glob *g)
{
	const char *name = strrchr(pattern, '/');
	size_t n = strlen(pattern);
	char *dir;
	int r, asked;

	if (n && pattern[n - 1] == '/')
		flags |= ONLYDIR;
	if (flags & BRACE) {
		if ((r = braces(pattern, flags, failed, g)) >= 0)
			return r;
		flags &= ~BRACE;
	}
	asked = flags;
	if (!n)
		return nothing(pattern, flags, g);
	if (!name && flags & (TILDE | TILDE_CHECK) && *pattern == '~')
		n = strlen(pattern);
	else if (!name)
		n = 0, name = pattern;
	else if (name == pattern || (name == pattern + 1 && *pattern == '\\' && !(flags & NOESCAPE)))
		n = 1, pattern = name, name++;
	else
		n = name++ - pattern;
	if (!(dir = strndup(pattern, n)))
		return NOSPACE;
	if (name && n > 1 && drop_odd_backslash(dir, flags))
		flags &= ~(NOCHECK | NOMAGIC);
	if (name && !*name && n > 1) {	/* PATTERN/: what PATTERN finds, with slashes */
		r = expand(dir, flags | MARK, failed, g);
		g->flags = (g->flags & ~MARK) | (flags & MARK);
	} else {
		r = split(pattern, &dir, name, flags, failed, g);
	}
	if (r == NOMATCH && flags != asked)
		r = nothing(pattern, asked, g);
	free(dir);
	return r;
}

int glob(const char *restrict pattern, int flags, error_function failed, struct glob *restrict g)
{
	if (!pattern || !g || flags & ~KNOWN) {
		errno = EINVAL;
		return -1;
	}
	if (!(flags & DOOFFS))
		g->reserved = 0;
	if (!(flags & APPEND)) {
		g->count = 0;
		g->paths = flags & DOOFFS ? calloc(g->reserved + 1, sizeof *g->paths) : NULL;
		if (flags & DOOFFS && !g->paths)
			return NOSPACE;
	}
	return expand(pattern, flags, failed, g);
}

void globfree(struct glob *g)
{
	drop(g);
}
