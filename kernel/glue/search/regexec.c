/*
 * regexec() for glibc's regmatch_t, whose offsets are ints, where musl's are
 * longs; and glibc's REG_STARTEND, which matches in a part of the string.
 */
#include <limits.h>
#define regexec musl_regexec	/* its declaration has musl's regmatch_t */
#include <regex.h>
#undef regexec
#include <stdlib.h>
#include <string.h>

#define GNU_REG_STARTEND	4

struct gnu_match {
	int start, end;
};

int __musl_regexec(const regex_t *restrict, const char *restrict, size_t, regmatch_t *restrict, int);

static int match(const regex_t *re, const char *s, size_t n, struct gnu_match *out, int flags, size_t base)
{
	regmatch_t few[10], *m = few;
	int r;

	if (n > 10 && !(m = malloc(n * sizeof *m)))
		return REG_ESPACE;
	r = __musl_regexec(re, s, n, m, flags);
	for (size_t i = 0; !r && i < n; i++) {
		out[i].start = m[i].rm_so < 0 ? -1 : m[i].rm_so + base;
		out[i].end = m[i].rm_eo < 0 ? -1 : m[i].rm_eo + base;
	}
	if (m != few)
		free(m);
	return r;
}

int regexec(const regex_t *restrict re, const char *restrict s, size_t n, struct gnu_match *restrict out, int flags)
{
	int start, r;
	char *part;

	if (!(flags & GNU_REG_STARTEND))
		return match(re, s, n, out, flags, 0);
	start = out[0].start;
	part = strndup(s + start, out[0].end - start);
	if (!part)
		return REG_ESPACE;
	r = match(re, part, n, out, flags & ~GNU_REG_STARTEND, start);
	free(part);
	return r;
}
