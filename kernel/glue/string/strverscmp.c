/* strverscmp() in glibc's order: digits that begin with zeros are a fraction, "a01" before "a1". */
#include <ctype.h>
#include <string.h>

typedef const unsigned char *text;

/* What the digits before the place I begin with decides how those from there on compare. */
enum { NONE, NUMBER, FRACTION, ZEROS };

static int before(text s, size_t i)
{
	size_t first = i;

	while (first && isdigit(s[first - 1]))
		first--;
	if (first == i)
		return NONE;
	if (s[first] != '0')
		return NUMBER;
	while (first < i && s[first] == '0')
		first++;
	return first == i ? ZEROS : FRACTION;
}

/* The longer number is the greater. */
static int by_length(text a, text b)
{
	size_t i = 1;

	while (isdigit(a[i]) && isdigit(b[i]))
		i++;
	if (isdigit(a[i]))
		return 1;
	return isdigit(b[i]) ? -1 : *a - *b;
}

int strverscmp(const char *s, const char *t)
{
	text a = (text)s, b = (text)t;
	size_t i = 0;

	while (a[i] == b[i])
		if (!a[i++])
			return 0;
	int da = !!isdigit(a[i]), db = !!isdigit(b[i]);
	switch (before(a, i)) {
	case NONE:
		if (da && db && a[i] != '0' && b[i] != '0')
			return by_length(a + i, b + i);
		break;
	case NUMBER:
		if (da && db)
			return by_length(a + i, b + i);
		if (da != db)
			return da - db;
		break;
	case ZEROS:
		if (da != db)
			return db - da;
	}
	return a[i] - b[i];
}
