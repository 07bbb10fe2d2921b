/* strspn() and strcspn(): each byte of a small set is compared with a vector, a large set is a table. */
#ifndef SET_H
#define SET_H

enum { FEW = 6 };

static inline size_t by_table(const char *s, const char *set, int in)
{
	const unsigned char *p = (const unsigned char *)s;
	unsigned char member[256] = { 0 };

	for (; *set; set++)
		member[(unsigned char)*set] = 1;
	/* The end is in no set; what stops at members stops there as well. */
	member[0] = !in;
	while (member[*p] == in)
		p++;
	return p - (const unsigned char *)s;
}

static inline size_t span(const char *s, const char *set, int in)
{
	const char *p = ALIGN_DOWN(s);
	vec member[FEW];
	uint32_t before = BYTES_FROM(s - p);
	int n = 0;

	for (; set[n]; n++) {
		if (n == FEW)
			return by_table(s, set, in);
		member[n] = vec_set8(set[n]);
	}
	for (;; p += VEC, before = ALL_BYTES) {
		vec v = vec_load(p), zero = vec_eq8(v, vec_zero()), hit = vec_zero();
		uint32_t m;

		for (int i = 0; i < n; i++)
			hit = vec_or(hit, vec_eq8(v, member[i]));
		m = (in ? ~vec_mask(hit) : vec_mask(vec_or(hit, zero))) & before;
		if (m)
			return p + first_bit(m) - s;
	}
}

#endif
