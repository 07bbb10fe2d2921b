/*
 * ftw(), nftw() as glibc has them: where links are followed each directory is visited once, and FTW_ACTIONRETVAL lets the
 * function skip what comes. No more folders are open than the caller allows: of deeper ones the names are read at once.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#undef ftw64
#undef nftw64
#include <limits.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "../glue.h"

/* glibc's; musl counts from 1. */
enum { F, D, DNR, NS, SL, DP, SLN };
enum { PHYS = 1, MOUNT = 2, CHDIR = 4, DEPTH = 8, ACTIONRETVAL = 16 };
enum { STOP = 1, SKIP_SUBTREE, SKIP_SIBLINGS };

typedef int (*nftw_fn)(const char *, const struct stat *, int, struct FTW *);
typedef int (*ftw_fn)(const char *, const struct stat *, int);

struct known {
	dev_t dev;
	ino_t ino;
};

struct walk {
	nftw_fn nftw;
	ftw_fn ftw;
	int flags, fds, open;	/* how many folders may be open, and are */
	dev_t dev;
	struct FTW at;
	void *seen;		/* a tree of struct known */
	size_t room;
	char *path;
};

/* A folder: an open stream, or what was in it. */
struct folder {
	DIR *stream;
	char *names, *next;
};

static int report(struct walk *w, const struct stat *st, int kind)
{
	if (w->nftw)
		return w->nftw(w->path, st, kind, &w->at);
	return w->ftw(w->path, st, kind == SL ? F : kind == SLN ? NS : kind);
}

static int by_inode(const void *x, const void *y)
{
	const struct known *a = x, *b = y;

	if (a->ino != b->ino)
		return a->ino < b->ino ? -1 : 1;
	return a->dev < b->dev ? -1 : a->dev > b->dev;
}

/* 1: it has been there, 0: it has not, and is noted. */
static int seen(struct walk *w, const struct stat *st)
{
	struct known *k = malloc(sizeof(*k)), **found;

	if (!k)
		return -1;
	*k = (struct known){ st->st_dev, st->st_ino };
	found = tsearch(k, &w->seen, by_inode);
	if (!found || *found != k)
		free(k);
	return !found ? -1 : *found != k;
}

static int slurp(struct folder *f)
{
	size_t n = 0, room = 0;
	struct dirent *d;

	while ((errno = 0, d = readdir(f->stream))) {
		size_t l = strlen(d->d_name) + 1;

		if (n + l + 1 > room) {
			char *more = realloc(f->names, room = 2 * room + l + 1024);

			if (!more)
				return -1;
			f->names = more;
		}
		memcpy(f->names + n, d->d_name, l);
		n += l;
		f->names[n] = 0;
	}
	closedir(f->stream);
	f->stream = NULL;
	f->next = f->names;
	return 0;
}

static int enter(struct walk *w, struct folder *parent, struct folder *f)
{
	int at = parent && parent->stream ? dirfd(parent->stream) : AT_FDCWD, e;
	const char *name = at != AT_FDCWD || w->flags & CHDIR ? w->path + w->at.base : w->path;
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC);

	*f = (struct folder){ 0 };
	if (fd < 0)
		return -1;
	if (!(f->stream = fdopendir(fd))) {
		e = errno;
		close(fd);
		errno = e;
		return -1;
	}
	w->open++;
	return 0;
}

static void leave(struct walk *w, struct folder *f)
{
	int e = errno;

	if (f->stream)
		closedir(f->stream);
	free(f->names);
	w->open--;
	errno = e;
}

static const char *next(struct folder *f)
{
	struct dirent *d;
	char *name = f->next;

	if (f->stream)
		return (d = readdir(f->stream)) ? d->d_name : NULL;
	if (!name || !*name)
		return NULL;
	f->next += strlen(name) + 1;
	return name;
}

static int folder(struct walk *w, const struct stat *st, struct folder *parent);

static int look(struct walk *w, struct folder *in, struct stat *st)
{
	int at = in->stream ? dirfd(in->stream) : AT_FDCWD;
	const char *name = in->stream || w->flags & CHDIR ? w->path + w->at.base : w->path;

	if (!fstatat(at, name, st, w->flags & PHYS ? AT_SYMLINK_NOFOLLOW : 0))
		return S_ISDIR(st->st_mode) ? D : S_ISLNK(st->st_mode) ? SL : F;
	if (errno != EACCES && errno != ENOENT)
		return -1;
	if (!(w->flags & PHYS) && !fstatat(at, name, st, AT_SYMLINK_NOFOLLOW) && S_ISLNK(st->st_mode))
		return SLN;
	return NS;
}

static int entry(struct walk *w, struct folder *in, const char *name)
{
	size_t n = strlen(name) + 1;
	struct stat st;
	int kind, r = 0;

	if (!strcmp(name, ".") || !strcmp(name, ".."))
		return 0;
	if (w->at.base + n > w->room) {
		char *more = realloc(w->path, 2 * (w->at.base + n));

		if (!more)
			return -1;
		w->path = more;
		w->room = 2 * (w->at.base + n);
	}
	memcpy(w->path + w->at.base, name, n);
	kind = look(w, in, &st);
	if (kind < 0)
		return -1;
	if (kind == NS || !(w->flags & MOUNT) || st.st_dev == w->dev) {
		if (kind != D)
			r = report(w, &st, kind);
		else if (w->flags & PHYS || !(r = seen(w, &st)))
			r = folder(w, &st, in);
		else
			r = r < 0 ? r : 0;
	}
	return w->flags & ACTIONRETVAL && r == SKIP_SUBTREE ? 0 : r;
}

/* Back to the folder that the path's last part is in. */
static int go_back(struct walk *w, struct folder *parent)
{
	int r;

	if (parent->stream && !fchdir(dirfd(parent->stream)))
		return 0;
	if (w->at.base == 1)
		return chdir("/");
	w->path[w->at.base - 1] = 0;
	r = chdir(w->path);
	w->path[w->at.base - 1] = '/';
	return r;
}

static int folder(struct walk *w, const struct stat *st, struct folder *parent)
{
	struct folder f;
	const char *name;
	int base = w->at.base, r = 0;
	char *end;

	if (enter(w, parent, &f))
		return errno == EACCES ? report(w, st, DNR) : -1;
	if (!(w->flags & DEPTH))
		r = report(w, st, D);
	if (!r && w->flags & CHDIR)
		r = fchdir(dirfd(f.stream));
	if (!r && w->open > w->fds)
		r = slurp(&f);
	if (r) {
		leave(w, &f);
		return r;
	}
	w->at.level++;
	end = w->path + strlen(w->path);
	if (end[-1] != '/')
		*end++ = '/';	/* there is room: entry() leaves as much again */
	w->at.base = end - w->path;
	while (!r && (name = next(&f)))
		r = entry(w, &f, name);
	leave(w, &f);
	if (w->flags & ACTIONRETVAL && r == SKIP_SIBLINGS)
		r = 0;
	w->path[w->at.base - 1] = 0;
	w->at.level--;
	w->at.base = base;
	if (!r && w->flags & DEPTH)
		r = report(w, st, DP);
	if (parent && w->flags & CHDIR && (!r || w->flags & ACTIONRETVAL && r != -1 && r != STOP) && go_back(w, parent))
		r = -1;
	return r;
}

static int first(struct walk *w)
{
	const char *name = w->flags & CHDIR ? w->path + w->at.base : w->path;
	struct stat st;

	if (fstatat(AT_FDCWD, name, &st, w->flags & PHYS ? AT_SYMLINK_NOFOLLOW : 0)) {
		if (!(w->flags & PHYS) && errno == ENOENT && !lstat(name, &st) && S_ISLNK(st.st_mode))
			return report(w, &st, SLN);
		return -1;
	}
	if (!S_ISDIR(st.st_mode))
		return report(w, &st, S_ISLNK(st.st_mode) ? SL : F);
	w->dev = st.st_dev;
	if (!(w->flags & PHYS) && seen(w, &st) < 0)
		return -1;
	return folder(w, &st, NULL);
}

static int start(const char *path, struct walk *w)
{
	size_t n = strlen(path);
	int cwd = -1, r = 0, e;

	if (!n) {
		errno = ENOENT;
		return -1;
	}
	w->room = 2 * n > PATH_MAX ? 2 * n : PATH_MAX;
	if (!(w->path = malloc(w->room)))
		return -1;
	memcpy(w->path, path, n + 1);
	while (n > 1 && w->path[n - 1] == '/')
		w->path[--n] = 0;
	while (n && w->path[n - 1] != '/')
		n--;
	w->at.base = n;
	if (w->flags & CHDIR) {
		cwd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		r = cwd < 0 ? -1 : n ? go_back(w, &(struct folder){ 0 }) : 0;
	}
	if (!r)
		r = first(w);
	if (w->flags & ACTIONRETVAL && (r == SKIP_SUBTREE || r == SKIP_SIBLINGS))
		r = 0;
	e = errno;
	if (cwd >= 0) {
		fchdir(cwd);
		close(cwd);
	}
	tdestroy(w->seen, free);
	free(w->path);
	errno = e;
	return r;
}

int nftw(const char *path, nftw_fn fn, int fds, int flags)
{
	struct walk w = { .nftw = fn, .flags = flags, .fds = fds < 1 ? 1 : fds };

	if (flags & ~(PHYS | MOUNT | CHDIR | DEPTH | ACTIONRETVAL)) {
		errno = EINVAL;
		return -1;
	}
	return start(path, &w);
}

int ftw(const char *path, ftw_fn fn, int fds)
{
	struct walk w = { .ftw = fn, .fds = fds < 1 ? 1 : fds };

	return start(path, &w);
}

weak_alias(nftw, nftw64);
weak_alias(ftw, ftw64);
