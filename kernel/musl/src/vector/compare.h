/*
 * strcmp() and its relatives: a vector of both strings where neither leaves its page. FOLD: capitals are small letters;
 * all locales here agree about which bytes are letters.
 */
#ifndef COMPARE_H
#define COMPARE_H

static inline vec lower(vec v)
{
	/* As signed numbers bytes from 'A' on, moved to the least ones, are below 26 places above these if they are capitals. */
	vec moved = vec_add8(v, vec_set8(-128 - 'A'));

	return vec_or(v, vec_and(vec_less8(moved, vec_set8(-128 + 26)), vec_set8(0x20)));
}

static inline int lower1(int c)
{
	return c - 'A' < 26u ? c | 0x20 : c;
}

/* 0 where the strings differ, or both end: the lesser of 0xff or 0, for the same or not, and the byte. */
static inline vec go_on(const unsigned char *a, const unsigned char *b, int fold)
{
	vec v = vec_loadu(a), w = vec_loadu(b);

	if (fold)
		v = lower(v), w = lower(w);
	return vec_min8(vec_eq8(v, w), v);
}

static inline uint32_t decided(const unsigned char *a, const unsigned char *b, int fold)
{
	return vec_mask(vec_eq8(go_on(a, b, fold), vec_zero()));
}

static inline int decided_in_four(const unsigned char *a, const unsigned char *b, int fold)
{
	vec v = vec_min8(go_on(a, b, fold), go_on(a + VEC, b + VEC, fold));
	vec w = vec_min8(go_on(a + 2 * VEC, b + 2 * VEC, fold), go_on(a + 3 * VEC, b + 3 * VEC, fold));

	return vec_mask(vec_eq8(vec_min8(v, w), vec_zero()));
}

static inline int at(const unsigned char *a, const unsigned char *b, size_t i, size_t n, int fold)
{
	if (i >= n)
		return 0;
	return fold ? lower1(a[i]) - lower1(b[i]) : a[i] - b[i];
}

static inline int compare(const char *left, const char *right, size_t n, int fold)
{
	const unsigned char *a = (const unsigned char *)left, *b = (const unsigned char *)right;
	uint32_t m;

	if (!n)
		return 0;
	for (;;) {
		/* The bytes that both have before a page ends. */
		size_t x = PAGE - ((uintptr_t)a & (PAGE - 1)), y = PAGE - ((uintptr_t)b & (PAGE - 1));
		size_t safe = x < y ? x : y, known;

		for (; safe >= VEC; a += VEC, b += VEC, safe -= VEC, n -= VEC) {
			if ((m = decided(a, b, fold)))
				return at(a, b, first_bit(m), n, fold);
			if (n <= VEC)
				return 0;
			for (; safe >= 5 * VEC && n > 5 * VEC && !decided_in_four(a + VEC, b + VEC, fold); safe -= 4 * VEC, n -= 4 * VEC)
				a += 4 * VEC, b += 4 * VEC;
		}
		if (!safe)
			continue;
		/* What is left before the page's end: the vector that ends there, without what was compared. */
		known = VEC - safe;
		if (((uintptr_t)a & (PAGE - 1)) >= known && ((uintptr_t)b & (PAGE - 1)) >= known) {
			m = decided(a - known, b - known, fold) >> known;
			if (m)
				return at(a, b, first_bit(m), n, fold);
			if (n <= safe)
				return 0;
			a += safe, b += safe, n -= safe;
			continue;
		}
		for (; safe; a++, b++, safe--, n--) {
			int differ = at(a, b, 0, n, fold);

			if (differ || !n || !*a)
				return differ;
		}
	}
}

#endif
