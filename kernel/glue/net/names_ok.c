/* Names that may be a host's, a mailbox's, a domain's, an owner's (of a record). */
#include "resolver.h"
#include "../glue.h"

/* Whether S is a name and printable; OUT has its labels. */
static int is_name(const char *s, unsigned char out[WIRE_NAME])
{
	for (const char *p = s; *p; p++)
		if (*p <= ' ' || *p > '~')
			return 0;
	return uk_dns_wire(s, out) > 0;
}

/* Letters, digits, hyphens and underscores, in all labels. */
static int is_host(const unsigned char *labels)
{
	for (int n; (n = *labels++); )
		for (; n--; labels++)
			if (!((*labels | 32) - 'a' < 26u || *labels - '0' < 10u || *labels == '-' || *labels == '_'))
				return 0;
	return 1;
}

static int begins_with_hyphen(const unsigned char *labels) { return labels[0] && labels[1] == '-'; }

int __res_hnok(const char *s)
{
	unsigned char b[WIRE_NAME];

	return is_name(s, b) && !begins_with_hyphen(b) && is_host(b);
}

int __res_dnok(const char *s)
{
	unsigned char b[WIRE_NAME];

	return is_name(s, b);
}

int __res_ownok(const char *s)
{
	unsigned char b[WIRE_NAME];

	return is_name(s, b) && !begins_with_hyphen(b) && is_host(b[0] == 1 && b[1] == '*' ? b + 2 : b);
}

/* The first label is the user's name. The root stands for no mailbox. */
int __res_mailok(const char *s)
{
	unsigned char b[WIRE_NAME];

	if (!is_name(s, b))
		return 0;
	return !b[0] || b[b[0] + 1] && is_host(b + b[0] + 1);
}

weak_alias(__res_hnok, res_hnok);
weak_alias(__res_dnok, res_dnok);
weak_alias(__res_ownok, res_ownok);
weak_alias(__res_mailok, res_mailok);
