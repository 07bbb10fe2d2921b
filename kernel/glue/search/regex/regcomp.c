/* POSIX's regcomp(), regexec(), regfree(). */
#include <stdlib.h>
#include <string.h>
#include "regex.h"

#define POSIX_COMMON (RE_CHAR_CLASSES | RE_DOT_NEWLINE | RE_DOT_NOT_NULL | RE_INTERVALS | RE_NO_EMPTY_RANGES)
#define POSIX_BASIC (POSIX_COMMON | RE_BK_PLUS_QM | RE_CONTEXT_INVALID_DUP)
#define POSIX_EXTENDED (POSIX_COMMON | RE_CONTEXT_INDEP_ANCHORS | RE_CONTEXT_INDEP_OPS | RE_NO_BK_BRACES | \
	RE_NO_BK_PARENS | RE_NO_BK_VBAR | RE_CONTEXT_INVALID_OPS | RE_UNMATCHED_RIGHT_PAREN_ORD)

int regcomp(struct pattern *restrict re, const char *restrict s, int flags)
{
	size_t syntax = flags & REG_EXTENDED ? POSIX_EXTENDED : POSIX_BASIC;
	int err;

	*re = (struct pattern){ 0 };
	if (flags & REG_ICASE)
		syntax |= RE_ICASE;
	if (flags & REG_NEWLINE) {
		syntax = (syntax & ~(size_t)RE_DOT_NEWLINE) | RE_HAT_LISTS_NOT_NEWLINE;
		re->newline_anchor = 1;
	}
	re->no_sub = !!(flags & REG_NOSUB);
	err = uk_re_compile(re, s, strlen(s), syntax);
	return err == REG_ERPAREN ? REG_EPAREN : err;
}

int regexec(const struct pattern *restrict re, const char *restrict s, size_t n, struct span *restrict spans, int flags)
{
	int start = 0;
	size_t len;

	if (flags & ~(REG_NOTBOL | REG_NOTEOL | REG_STARTEND))
		return REG_BADPAT;
	if (flags & REG_STARTEND) {
		start = spans[0].start;
		len = spans[0].end;
	} else {
		len = strlen(s);
	}
	if (!re->program || start < 0 || start > (int)len)
		return REG_NOMATCH;
	struct subject b = { .p = re->program, .re = re, .s = (const void *)s, .len = len, .stop = len, .eflags = flags,
		.icase = !!(re->syntax & RE_ICASE), .translate = re->translate, .syntax = re->syntax };
	return uk_re_search(&b, start, len, re->no_sub ? 0 : n, spans);
}

void regfree(struct pattern *re)
{
	uk_re_free_program(re);
	free(re->fastmap);
	free(re->translate);
	re->fastmap = NULL;
	re->translate = NULL;
}
