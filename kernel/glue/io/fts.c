/*
 * <fts.h>: walks over file trees. The working folder goes along, as in glibc, unless FTS_NOCHDIR or FTS_LOGICAL says not to; an
 * entry's access path is its name then. This file itself finds entries by their paths from where the walk began. Without stat
 * wanted (FTS_NOSTAT), files other than directories get none where the directory tells their type.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "../glue.h"

enum { COMFOLLOW = 1, LOGICAL = 2, NOCHDIR = 4, NOSTAT = 8, PHYSICAL = 0x10, SEEDOT = 0x20, XDEV = 0x40, OPTIONS = 0xff, NAMEONLY = 0x100 };
enum { D = 1, DC, DEFAULT, DNR, DOT, DP, ERR, F, INIT, NS, NSOK, SL, SLNONE };
enum { AGAIN = 1, FOLLOW, NOINSTR, SKIP };

struct entry {
	struct entry *cycle, *parent, *link;
	long number;
	void *pointer;
	char *accpath, *path;
	int error, symfd;
	unsigned short pathlen, namelen;
	ino_t ino;
	dev_t dev;
	nlink_t nlink;
	short level;
	unsigned short info, flags, instr;
	struct stat *st;
	char name[1];
};

struct walk {
	struct entry *cur, *child, **array;
	dev_t dev;
	char *path;
	int rfd, pathlen, items;
	int (*order)(const struct entry **, const struct entry **);
	int options;
};

_Static_assert(offsetof(struct entry, st) == 104 && offsetof(struct entry, name) == 112, "glibc's FTSENT");
_Static_assert(sizeof(struct walk) == 72, "glibc's FTS");

static void drop(struct entry *e)
{
	while (e) {
		struct entry *next = e->link;

		free(e->path);
		free(e);
		e = next;
	}
}

/* An entry for NAME below DIR ("" for the roots). The stat buffer follows the name. */
static struct entry *make(struct entry *parent, const char *dir, const char *name)
{
	size_t dirlen = strlen(dir), len = strlen(name);
	size_t at = (offsetof(struct entry, name) + len + 1 + 15) & -16;
	struct entry *e = calloc(1, at + sizeof(struct stat));

	if (!e)
		return 0;
	while (dirlen > 1 && dir[dirlen - 1] == '/')
		dirlen--;
	int slash = dirlen && dir[dirlen - 1] != '/';

	if (dirlen + slash + len > 0xffff || !(e->path = malloc(dirlen + slash + len + 1))) {
		if (dirlen + slash + len > 0xffff)
			errno = ENAMETOOLONG;
		free(e);
		return 0;
	}
	memcpy(e->path, dir, dirlen);
	if (slash)
		e->path[dirlen] = '/';
	memcpy(e->path + dirlen + slash, name, len + 1);
	memcpy(e->name, name, len + 1);
	e->accpath = e->path;
	e->pathlen = dirlen + slash + len;
	e->namelen = len;
	e->st = (struct stat *)((char *)e + at);
	e->parent = parent;
	e->level = parent->level + 1;
	e->instr = NOINSTR;
	return e;
}

/* Into the directory, or where the walk began above the roots. */
static int go(struct walk *w, struct entry *dir)
{
	int fd, r, err;

	if (w->options & NOCHDIR)
		return 0;
	if (dir->level < 0)
		return fchdir(w->rfd);
	if ((fd = openat(w->rfd, dir->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return -1;
	r = fchdir(fd);
	err = errno;
	close(fd);
	errno = err;
	return r;
}

static int dots(const char *s)
{
	return s[0] == '.' && (!s[1] || s[1] == '.' && !s[2]);
}

static int kind(struct walk *w, struct entry *e, int follow)
{
	if (follow || w->options & LOGICAL) {
		if (fstatat(w->rfd, e->path, e->st, 0)) {
			if (errno == ENOENT && !fstatat(w->rfd, e->path, e->st, AT_SYMLINK_NOFOLLOW)) {
				errno = 0;
				return SLNONE;
			}
			goto failed;
		}
	} else if (fstatat(w->rfd, e->path, e->st, AT_SYMLINK_NOFOLLOW)) {
		goto failed;
	}
	if (S_ISDIR(e->st->st_mode)) {
		e->dev = e->st->st_dev;
		e->ino = e->st->st_ino;
		e->nlink = e->st->st_nlink;
		if (e->level > 0 && dots(e->name))
			return DOT;
		for (struct entry *up = e->parent; up->level >= 0; up = up->parent)
			if (up->ino == e->ino && up->dev == e->dev) {
				e->cycle = up;
				return DC;
			}
		return D;
	}
	return S_ISLNK(e->st->st_mode) ? SL : S_ISREG(e->st->st_mode) ? F : DEFAULT;
failed:
	e->error = errno;
	memset(e->st, 0, sizeof *e->st);
	return NS;
}

static struct entry *sorted(struct walk *w, struct entry *list, size_t n)
{
	struct entry **all, *e = list;

	if (!w->order || n < 2 || !(all = malloc(n * sizeof *all)))
		return list;
	for (size_t i = 0; i < n; i++, e = e->link)
		all[i] = e;
	qsort(all, n, sizeof *all, (int (*)(const void *, const void *))w->order);
	for (size_t i = 0; i < n; i++)
		all[i]->link = i + 1 < n ? all[i + 1] : 0;
	list = all[0];
	free(all);
	return list;
}

/* What is in directory DIR. NULL without an ERROR: nothing. */
static struct entry *read_directory(struct walk *w, struct entry *dir, int names_only, int *error)
{
	int before = errno;
	int fd = openat(w->rfd, dir->path, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC);
	DIR *d = fd < 0 ? 0 : fdopendir(fd);
	struct entry *list = 0, **end = &list;
	struct dirent *de;
	size_t n = 0;

	*error = errno;
	if (!d)
		return 0;
	while (errno = 0, de = readdir(d)) {
		struct entry *e;

		if (!(w->options & SEEDOT) && dots(de->d_name))
			continue;
		if (!(e = make(dir, dir->path, de->d_name)))
			break;
		if (!(w->options & NOCHDIR))
			e->accpath = e->name;
		if (names_only)
			e->info = NSOK;
		else if (w->options & NOSTAT && de->d_type != DT_DIR && de->d_type != DT_UNKNOWN && !(w->options & LOGICAL && de->d_type == DT_LNK))
			e->info = NSOK;
		else
			e->info = kind(w, e, 0);
		*end = e;
		end = &e->link;
		n++;
	}
	*error = errno;
	closedir(d);
	errno = before;
	if (*error) {
		drop(list);
		return 0;
	}
	return sorted(w, list, n);
}

struct walk *fts_open(char *const *paths, int options, int (*order)(const struct entry **, const struct entry **))
{
	struct walk *w;
	struct entry *top, *list = 0, **end = &list;
	size_t n = 0;

	if (options & ~OPTIONS || !*paths) {
		errno = EINVAL;
		return 0;
	}
	if (!(w = calloc(1, sizeof *w)))
		return 0;
	if (options & LOGICAL)
		options |= NOCHDIR;
	w->rfd = options & NOCHDIR ? AT_FDCWD : open(".", O_RDONLY | O_CLOEXEC);
	if (w->rfd == -1) {
		options |= NOCHDIR;
		w->rfd = AT_FDCWD;
	}
	w->options = options;
	w->order = order;
	/* The parent of the roots, then the entry before the first. */
	static struct entry nowhere = { .level = -2 };

	if (!(top = make(&nowhere, "", "")))
		goto failed;
	for (; *paths; paths++, n++) {
		struct entry *e;

		if (!**paths) {
			errno = ENOENT;
			goto failed;
		}
		if (!(e = make(top, "", *paths)))
			goto failed;

		e->info = kind(w, e, options & COMFOLLOW);
		if (e->info == DOT)
			e->info = D;
		*end = e;
		end = &e->link;
	}
	if (!(w->cur = make(top, "", "")))
		goto failed;
	w->cur->level = 0;
	w->cur->link = sorted(w, list, n);
	w->cur->info = INIT;
	return w;
failed:
	drop(list);
	drop(top);
	if (!(w->options & NOCHDIR))
		close(w->rfd);
	free(w);
	return 0;
}

/* A root is sorted by its whole path and visited by its last part. */
static void begin_root(struct walk *w, struct entry *e)
{
	char *slash = strrchr(e->name, '/');

	if (e->level)
		return;
	if (slash && (slash != e->name || slash[1])) {
		memmove(e->name, slash + 1, strlen(slash));
		e->namelen = strlen(e->name);
	}
	w->dev = e->dev;
}

static struct entry *follow(struct walk *w, struct entry *e)
{
	e->info = kind(w, e, 1);
	e->instr = NOINSTR;
	return e;
}

struct entry *fts_read(struct walk *w)
{
	struct entry *e = w->cur, *old;
	int instr, error;

	if (!e)
		return 0;
	instr = e->instr;
	e->instr = NOINSTR;
	if (instr == AGAIN) {
		e->info = kind(w, e, 0);
		return e;
	}
	if (instr == FOLLOW && (e->info == SL || e->info == SLNONE))
		return follow(w, e);
	if (e->info == D) {
		struct entry *list = w->child;

		w->child = 0;
		if (instr == SKIP || w->options & XDEV && e->dev != w->dev) {
			drop(list);
			e->info = DP;
			return e;
		}
		if (list && list->info == NSOK && !(w->options & NOSTAT)) {	/* names only: once more */
			drop(list);
			list = 0;
		}
		if (!list)
			list = read_directory(w, e, 0, &error);
		if (!list) {
			e->error = error;
			e->info = error ? DNR : DP;
			return e;
		}
		if (go(w, e)) {
			e->error = errno;
			for (struct entry *c = list; c; c = c->link)
				c->accpath = e->accpath;
		}
		return w->cur = list;
	}
next:
	old = e;
	if ((e = e->link)) {
		old->link = 0;
		drop(old);
		w->cur = e;
		begin_root(w, e);
		if (e->instr == SKIP)
			goto next;
		return e->instr == FOLLOW ? follow(w, e) : e;
	}
	e = old->parent;
	drop(old);
	w->cur = e;
	go(w, e->level < 0 ? e : e->parent);
	if (e->level < 0) {
		drop(e);
		w->cur = 0;
		errno = 0;
		return 0;
	}
	e->info = e->error ? ERR : DP;
	return e;
}

/* What fts_read() would give next below the current directory; at the start, the roots. */
struct entry *fts_children(struct walk *w, int options)
{
	struct entry *e = w->cur;
	int error;

	if (options && options != NAMEONLY) {
		errno = EINVAL;
		return 0;
	}
	errno = 0;
	if (!e)
		return 0;
	if (e->info == INIT)
		return e->link;
	if (e->info != D)
		return 0;
	drop(w->child);
	w->child = read_directory(w, e, options == NAMEONLY, &error);
	if (error)
		errno = error;
	return w->child;
}

int fts_set(struct walk *w, struct entry *e, int instr)
{
	if (instr && (unsigned)instr > SKIP) {
		errno = EINVAL;
		return 1;
	}
	e->instr = instr;
	return 0;
}

int fts_close(struct walk *w)
{
	struct entry *e = w->cur;

	drop(w->child);
	while (e) {
		struct entry *parent = e->level >= 0 ? e->parent : 0;

		drop(e);
		e = parent;
	}
	if (!(w->options & NOCHDIR)) {
		fchdir(w->rfd);
		close(w->rfd);
	}
	free(w);
	return 0;
}

weak_alias(fts_open, fts64_open);
weak_alias(fts_read, fts64_read);
weak_alias(fts_children, fts64_children);
weak_alias(fts_set, fts64_set);
weak_alias(fts_close, fts64_close);
