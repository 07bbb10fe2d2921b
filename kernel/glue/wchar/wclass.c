/* The classes of wide characters: iswalpha() and its kin. */
#include "../glue.h"
#include "../locale/locale_object.h"
#include "unicode.h"

#undef iswdigit

enum { ALNUM, ALPHA, BLANK, CNTRL, DIGIT, GRAPH, LOWER, PRINT, PUNCT, SPACE, UPPER, XDIGIT };

static int has(wint_t c, int bit, int utf8) { return uk_kind(c, utf8)->classes >> bit & 1; }

#define CLASS(name, bit) \
	int name(wint_t c) { return has(c, bit, CURRENT_UTF8); } \
	int name##_l(wint_t c, locale_t l) { return has(c, bit, UTF8_OF(l)); } \
	weak_alias(name##_l, __##name##_l);

CLASS(iswalnum, ALNUM)
CLASS(iswalpha, ALPHA)
CLASS(iswblank, BLANK)
CLASS(iswcntrl, CNTRL)
CLASS(iswdigit, DIGIT)
CLASS(iswgraph, GRAPH)
CLASS(iswlower, LOWER)
CLASS(iswprint, PRINT)
CLASS(iswpunct, PUNCT)
CLASS(iswspace, SPACE)
CLASS(iswupper, UPPER)
CLASS(iswxdigit, XDIGIT)

/* A type is musl's, of the same order: one more than the class's bit. */
int iswctype(wint_t c, wctype_t type) { return type && has(c, type - 1, CURRENT_UTF8); }
int iswctype_l(wint_t c, wctype_t type, locale_t l) { return type && has(c, type - 1, UTF8_OF(l)); }
weak_alias(iswctype_l, __iswctype_l);
