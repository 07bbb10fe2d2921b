/*
 * Loops between INTERNAL and the sets that glibc knows without a module. A loop
 * ends with EMPTY_INPUT unless something else was the last to happen; what was
 * skipped or replaced stays in its answer, as glibc's callers see it.
 */
#include <string.h>
#include "gconv.h"

enum { GO_ON = -1 };

static inline bool ignores(const struct gconv_run *r) { return r->irreversible && r->data->flags & GCONV_IGNORE_ERRORS; }
static inline bool surrogate(uint32_t c) { return c >= 0xd800 && c < 0xe000; }

static inline uint32_t get32(const uint8_t *p) { uint32_t v; memcpy(&v, p, 4); return v; }
static inline uint16_t get16(const uint8_t *p) { uint16_t v; memcpy(&v, p, 2); return v; }
static inline void put32(struct gconv_run *r, uint32_t v) { memcpy(r->out, &v, 4); r->out += 4; }
static inline void put16(struct gconv_run *r, uint16_t v) { memcpy(r->out, &v, 2); r->out += 2; }

/* N bytes that are no character of the source. */
static int invalid(struct gconv_run *r, int *result, size_t n)
{
	*result = GCONV_ILLEGAL_INPUT;
	if (!ignores(r))
		return GCONV_ILLEGAL_INPUT;
	r->in += n;
	++*r->irreversible;
	return GO_ON;
}

/* A character that the target has not got. */
static int unwritable(struct gconv_run *r, int *result)
{
	*result = GCONV_ILLEGAL_INPUT;
	if (!r->irreversible)
		return GCONV_ILLEGAL_INPUT;
	if (r->data->flags & GCONV_TRANSLIT)
		*result = __gconv_transliterate(r->step, r->data, r->in, &r->in, r->end, &r->out, r->irreversible);
	if (*result == GCONV_FULL_OUTPUT || *result == GCONV_INCOMPLETE_INPUT)
		return *result;
	if (*result != GCONV_ILLEGAL_INPUT)
		return GO_ON;
	return invalid(r, result, 4);
}

/* Tags of languages are dropped where they cannot be written (Unicode 5.0, 16.9). */
static int unwritable_or_tag(struct gconv_run *r, int *result, uint32_t c)
{
	if (c >> 7 != 0xe0000 >> 7)
		return unwritable(r, result);
	r->in += 4;
	return GO_ON;
}

/* BODY takes one character and says GO_ON, or how the loop ends. */
static inline __attribute__((always_inline)) int each(struct gconv_run *r, int need_in, int need_out, int (*body)(struct gconv_run *, int *))
{
	int result = GCONV_EMPTY_INPUT;

	while (r->in != r->end) {
		if (r->in + need_in > r->end)
			return GCONV_INCOMPLETE_INPUT;
		if (r->out + need_out > r->outend)
			return GCONV_FULL_OUTPUT;
		int end = body(r, &result);
		if (end != GO_ON)
			return end;
	}
	return result;
}

static int from_ascii(struct gconv_run *r, int *result)
{
	if (*r->in > 0x7f)
		return invalid(r, result, 1);
	put32(r, *r->in++);
	return GO_ON;
}

static int to_ascii(struct gconv_run *r, int *result)
{
	uint32_t c = get32(r->in);

	if (c > 0x7f)
		return unwritable_or_tag(r, result, c);
	*r->out++ = c;
	r->in += 4;
	return GO_ON;
}

static int to_utf8(struct gconv_run *r, int *result)
{
	uint32_t c = get32(r->in);
	int n = 2;

	if (c > 0x7fffffff || surrogate(c))
		return unwritable(r, result);
	if (c < 0x80) {
		*r->out++ = c;
	} else {
		while (n < 6 && c >> (5 * n + 1))
			n++;
		if (r->out + n > r->outend)
			return GCONV_FULL_OUTPUT;
		for (int i = n - 1; i > 0; i--, c >>= 6)
			r->out[i] = 0x80 | (c & 0x3f);
		*r->out = (uint8_t)(~0xff >> n) | c;
		r->out += n;
	}
	r->in += 4;
	return GO_ON;
}

/* How long the character is that begins with a byte; 0 if none does. */
static int utf8_length(uint8_t c)
{
	return c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf8 ? 4 : c < 0xfc ? 5 : c < 0xfe ? 6 : 0;
}

static int from_utf8(struct gconv_run *r, int *result)
{
	const uint8_t *in = r->in;
	uint32_t c = *in;
	int n, i = 1;

	if (c < 0x80) {
		put32(r, *r->in++);
		return GO_ON;
	}
	if (!(n = utf8_length(c))) {	/* up to where a character may begin */
		while (in + i < r->end && (in[i] & 0xc0) == 0x80 && i < 5)
			i++;
		return invalid(r, result, i);
	}
	c &= 0x7f >> n;
	while (i < n && in + i < r->end && (in[i] & 0xc0) == 0x80)
		c = c << 6 | (in[i++] & 0x3f);
	if (in + i == r->end && i < n)
		return GCONV_INCOMPLETE_INPUT;
	if (i < n || n > 2 && !(c >> (5 * n - 4)) || surrogate(c))
		return invalid(r, result, i);
	r->in += n;
	put32(r, c);
	return GO_ON;
}

static inline __attribute__((always_inline)) int from_16(struct gconv_run *r, int *result, uint16_t c)
{
	if (surrogate(c))
		return invalid(r, result, 2);
	put32(r, c);
	r->in += 2;
	return GO_ON;
}

static int from_ucs2(struct gconv_run *r, int *result) { return from_16(r, result, get16(r->in)); }

/* What is skipped here is not told, in glibc either. */
static int from_ucs2be(struct gconv_run *r, int *result)
{
	uint16_t c = __builtin_bswap16(get16(r->in));
	int before = *result, end = from_16(r, result, c);

	if (surrogate(c) && end == GO_ON)
		*result = before;
	return end;
}

static inline __attribute__((always_inline)) int to_16(struct gconv_run *r, int *result, bool big)
{
	uint32_t c = get32(r->in);

	if (c > 0xffff)
		return unwritable_or_tag(r, result, c);
	if (surrogate(c)) {
		int before = *result, end = invalid(r, result, 4);
		if (big && end == GO_ON)
			*result = before;
		return end;
	}
	put16(r, big ? __builtin_bswap16(c) : c);
	r->in += 4;
	return GO_ON;
}

static int to_ucs2(struct gconv_run *r, int *result) { return to_16(r, result, false); }
static int to_ucs2be(struct gconv_run *r, int *result) { return to_16(r, result, true); }

/* UCS-4: whole words, values of up to 31 bits where they come from outside. */
static int words(struct gconv_run *r, bool big, bool from)
{
	for (; r->in + 4 <= r->end && r->out + 4 <= r->outend; r->in += 4) {
		uint32_t c = get32(r->in), value = big ? __builtin_bswap32(c) : c;
		if (from && value > 0x7fffffff) {
			if (!ignores(r))
				return GCONV_ILLEGAL_INPUT;
			++*r->irreversible;
			continue;
		}
		put32(r, value);
	}
	if (r->in == r->end)
		return GCONV_EMPTY_INPUT;
	bool full = r->out + 4 > r->outend, part = r->in + 4 > r->end;
	return full && !(part && from && !big) ? GCONV_FULL_OUTPUT : GCONV_INCOMPLETE_INPUT;	/* where it is both, glibc is of two minds */
}

int uk_gconv_from_ascii(struct gconv_run *r) { return each(r, 1, 4, from_ascii); }
int uk_gconv_to_ascii(struct gconv_run *r) { return each(r, 4, 1, to_ascii); }
int uk_gconv_from_utf8(struct gconv_run *r) { return each(r, 1, 4, from_utf8); }
int uk_gconv_to_utf8(struct gconv_run *r) { return each(r, 4, 1, to_utf8); }
int uk_gconv_from_ucs2(struct gconv_run *r) { return each(r, 2, 4, from_ucs2); }
int uk_gconv_to_ucs2(struct gconv_run *r) { return each(r, 4, 2, to_ucs2); }
int uk_gconv_from_ucs2be(struct gconv_run *r) { return each(r, 2, 4, from_ucs2be); }
int uk_gconv_to_ucs2be(struct gconv_run *r) { return each(r, 4, 2, to_ucs2be); }
int uk_gconv_from_ucs4(struct gconv_run *r) { return words(r, true, true); }
int uk_gconv_to_ucs4(struct gconv_run *r) { return words(r, true, false); }
int uk_gconv_from_ucs4le(struct gconv_run *r) { return words(r, false, true); }
int uk_gconv_to_ucs4le(struct gconv_run *r) { return words(r, false, false); }
