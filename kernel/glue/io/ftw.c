/* ftw(), nftw(): glibc numbers the kinds of files from 0, musl from 1. */
#include <ftw.h>
#undef ftw64
#undef nftw64
#include <sys/stat.h>
#include "../glue.h"

typedef int (*nftw_fn)(const char *, const struct stat *, int, struct FTW *);
typedef int (*ftw_fn)(const char *, const struct stat *, int);

int __musl_nftw(const char *, nftw_fn, int, int);

/* The caller's function. musl's hands nothing through, so it waits here, one walk a thread... */
static __thread nftw_fn nftw_now;
static __thread ftw_fn ftw_now;

static int nftw_kind(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	return nftw_now(path, st, kind - 1, at);
}

static int ftw_kind(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	return ftw_now(path, st, kind - 1);
}

/* ... which may begin another walk from its function. */
int nftw(const char *path, nftw_fn fn, int fds, int flags)
{
	nftw_fn outer = nftw_now;

	nftw_now = fn;
	int r = __musl_nftw(path, nftw_kind, fds, flags);
	nftw_now = outer;
	return r;
}

int ftw(const char *path, ftw_fn fn, int fds)
{
	ftw_fn outer = ftw_now;

	ftw_now = fn;
	int r = __musl_nftw(path, ftw_kind, fds, 0);
	ftw_now = outer;
	return r;
}

weak_alias(nftw, nftw64);
weak_alias(ftw, ftw64);
