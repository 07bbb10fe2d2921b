/* regerror() with glibc's texts. */
#include <stdlib.h>
#include <string.h>
#include "regex.h"

static const char texts[] =
	"Success\0" "No match\0" "Invalid regular expression\0" "Invalid collation character\0"
	"Invalid character class name\0" "Trailing backslash\0" "Invalid back reference\0"
	"Unmatched [, [^, [:, [., or [=\0" "Unmatched ( or \\(\0" "Unmatched \\{\0" "Invalid content of \\{\\}\0"
	"Invalid range end\0" "Memory exhausted\0" "Invalid preceding regular expression\0"
	"Premature end of regular expression\0" "Regular expression too big\0" "Unmatched ) or \\)";

/* The text of an error. A number that is none is a caller's mistake, and ends it, as glibc does. */
hidden const char *uk_re_text(int err)
{
	const char *s = texts;

	if (err < 0 || err > REG_ERPAREN)
		abort();
	while (err--)
		s += strlen(s) + 1;
	return s;
}

size_t regerror(int err, const struct pattern *restrict re, char *restrict buf, size_t size)
{
	const char *s = uk_re_text(err);
	size_t n = strlen(s) + 1;

	(void)re;
	if (size) {
		size_t copied = n > size ? size - 1 : n;

		memcpy(buf, s, copied);
		if (n > size)
			buf[copied] = 0;
	}
	return n;
}
