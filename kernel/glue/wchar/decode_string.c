/* Strings of bytes to strings of characters. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "multibyte.h"

enum status { FINISHED = UNFINISHED - 1, FULL = 0 };	/* beside ILLEGAL and UNFINISHED */

/* A conversion: from IN up to END, and from OUT up to LIMIT. */
struct run {
	struct multibyte *st;
	const char *in, *end;
	wchar_t *out, *limit;
};

static int convert(struct run *r)
{
	while (r->in < r->end) {
		int used;

		if (r->out == r->limit)
			return FULL;
		used = uk_decode(r->st, r->in, r->end - r->in, r->out);
		if (used == UNFINISHED)
			r->in = r->end;
		if (used < 0)
			return used;
		r->in += used;
		r->out++;
	}
	return FINISHED;
}

/* Returns how many characters there are from S up to END without a null at its end, or -1. */
static size_t count(const struct multibyte *st, const char *s, const char *end)
{
	struct multibyte copy = *st;
	struct run r = { .st = &copy, .in = s, .end = end };
	wchar_t some[64];
	size_t sum = 0;
	int how;

	r.limit = some + 64;
	do {
		r.out = some;
		how = convert(&r);
		sum += r.out - some;
	} while (how == FULL);
	if (how == ILLEGAL)
		return errno = EILSEQ, -1;
	return sum - (how == FINISHED && sum && !r.out[-1]);
}

/* Tells the caller what a run that began at DST and ended as HOW has done. */
static size_t done(const struct run *r, int how, const wchar_t *dst, const char **src)
{
	size_t n = r->out - dst;

	*src = r->in;
	if (how == ILLEGAL)
		return errno = EILSEQ, -1;
	if (how == FINISHED && n && !dst[n - 1]) {
		*src = NULL;
		n--;
	}
	return n;
}

static mbstate_t mbsrtowcs_state, mbsnrtowcs_state;

size_t mbsrtowcs(wchar_t *restrict dst, const char **restrict src, size_t n, mbstate_t *restrict ps)
{
	struct run r = { .st = (void *)(ps ? ps : &mbsrtowcs_state), .in = *src, .out = dst, .limit = dst + n };
	int how = FULL;

	if (!dst)
		return count(r.st, *src, *src + strlen(*src) + 1);
	/* Each character takes a byte or more, and no byte behind those may be looked at. */
	while (r.out < r.limit) {
		r.end = r.in + strnlen(r.in, r.limit - r.out) + 1;
		how = convert(&r);
		if (how == ILLEGAL || how == FULL || !r.end[-1])
			break;
	}
	return done(&r, how, dst, src);
}

size_t mbsnrtowcs(wchar_t *restrict dst, const char **restrict src, size_t max, size_t n, mbstate_t *restrict ps)
{
	struct run r = { .st = (void *)(ps ? ps : &mbsnrtowcs_state), .in = *src, .out = dst, .limit = dst + n };

	if (!max)
		return 0;
	r.end = *src + strnlen(*src, max - 1) + 1;
	return dst ? done(&r, convert(&r), dst, src) : count(r.st, *src, r.end);
}

size_t mbstowcs(wchar_t *restrict dst, const char *s, size_t n)
{
	return mbsrtowcs(dst, &s, n, &(mbstate_t) { 0 });
}
