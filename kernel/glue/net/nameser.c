/* Names in messages of the domain name system. */
#include <arpa/nameser.h>
#include <errno.h>
#include <resolv.h>
#include <string.h>
#include <strings.h>
#include "../glue.h"

int __ns_name_skip(const unsigned char **at, const unsigned char *end)
{
	int n = dn_skipname(*at, end);

	if (n < 0) {
		errno = EMSGSIZE;
		return -1;
	}
	*at += n;
	return 0;
}
weak_alias(__ns_name_skip, ns_name_skip);

int __ns_name_compress(const char *name, unsigned char *out, size_t n, const unsigned char **known, const unsigned char **last)
{
	return dn_comp(name, out, n, (unsigned char **)known, (unsigned char **)last);
}
weak_alias(__ns_name_compress, ns_name_compress);

/* Whether A is B or below it / B itself, whatever the case and a dot at the end. */
static size_t length(const char *s)
{
	size_t n = strlen(s);

	return n && s[n - 1] == '.' ? n - 1 : n;
}

int ns_samename(const char *a, const char *b)
{
	size_t n = length(a);

	return n == length(b) && !strncasecmp(a, b, n);
}

int ns_samedomain(const char *a, const char *b)
{
	size_t la = length(a), lb = length(b);

	if (la < lb || strncasecmp(a + la - lb, b, lb))
		return 0;
	return !lb || la == lb || a[la - lb - 1] == '.';
}

int ns_subdomain(const char *a, const char *b) { return ns_samedomain(a, b) && !ns_samename(a, b); }

int ns_makecanon(const char *s, char *out, size_t n)
{
	size_t len = length(s);

	if (strlen(s) + 2 > n) {
		errno = EMSGSIZE;
		return -1;
	}
	memcpy(out, s, len);
	out[len] = '.';
	out[len + 1] = 0;
	return 0;
}
