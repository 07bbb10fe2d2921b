/* regcomp(): programs compiled against glibc look for the number of subexpressions elsewhere in regex_t. */
#include <regex.h>

int __musl_regcomp(regex_t *restrict, const char *restrict, int);

_Static_assert(sizeof(regex_t) == 64 && __builtin_offsetof(regex_t, __nsub2) == 48, "glibc's re_nsub");

int regcomp(regex_t *restrict re, const char *restrict pattern, int flags)
{
	int r = __musl_regcomp(re, pattern, flags);

	re->__nsub2 = re->re_nsub;
	return r;
}
