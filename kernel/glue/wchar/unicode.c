/* Wide characters as glibc sees them: its version of Unicode, and ASCII alone in the "C" locale. musl's tables are of
 * another version, and hold in every locale. */
#include "../locale/locale_object.h"
#include "unicode.h"

#define RUNS(...) static const unsigned runs[] = { __VA_ARGS__ };
#define KIND(...)
#include "unicode_table.h"
#undef RUNS
#undef KIND

static const struct kind kinds[] = {
#define RUNS(...)
#define KIND(...) { __VA_ARGS__ },
#include "unicode_table.h"
};

static const struct kind unknown = { 0, -1, 0, 0, 0 };

/* A run is its first character, shifted by 11, and its kind. */
const struct kind *uk_kind(wint_t c, int utf8)
{
	unsigned lo = 0, hi = sizeof runs / sizeof *runs;

	if (c > (utf8 ? 0x10ffff : 0x7f))
		return &unknown;
	while (hi - lo > 1) {
		unsigned mid = (lo + hi) / 2;
		if (runs[mid] >> 11 <= c)
			lo = mid;
		else
			hi = mid;
	}
	return &kinds[runs[lo] & 0x7ff];
}
