/*
 * //TRANSLIT: something like a character that the target has not got, by the
 * locale's tables. C's is here (translit_table.h). C.UTF-8's, four times as long, is in
 * the locale's own file, which the builder puts into images that may ask for it.
 */
#include <fcntl.h>
#include <langinfo.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "gconv.h"
#include "lock.h"

void kprintf(const char *fmt, ...);

/* For each character, in order: how far from the one before it, in 7 bits a byte, the last marked, and its ASCII, likewise; 0 is nothing. */
static const char c_table[] =
#include "translit_table.h"
;

#define LC_CTYPE_FILE "/usr/lib/locale/C.utf8/LC_CTYPE"

/* Its items that count here (glibc's <langinfo.h>), and how the file begins. */
enum { TAB_SIZE = 61, FROM_INDEX, FROM_TABLE, TO_INDEX, TO_TABLE, MISSING_LEN, MISSING, IGNORE_LEN, IGNORE, ITEMS };
enum { MAGIC = 0x20090720 };

static struct { const uint32_t *item[ITEMS]; bool sought, there; } locale;

static bool read_items(const uint32_t *file, size_t size)
{
	if (size < (2 + ITEMS) * 4 || file[0] != MAGIC || file[1] < ITEMS)
		return false;
	for (int i = TAB_SIZE; i < ITEMS; i++) {
		if (file[2 + i] % 4 || file[2 + i] > size - 4)
			return false;
		locale.item[i] = file + file[2 + i] / 4;
	}
	return true;
}

static void map_locale(void)
{
	struct stat st;
	int fd = open(LC_CTYPE_FILE, O_RDONLY | O_CLOEXEC);
	void *p = MAP_FAILED;

	if (fd >= 0 && !fstat(fd, &st) && st.st_size > 0)
		p = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (fd >= 0)
		close(fd);
	locale.there = p != MAP_FAILED && read_items(p, st.st_size);
	if (!locale.there)
		kprintf("iconv: the image lacks %s: //TRANSLIT goes by the C locale\n", LC_CTYPE_FILE);
	locale.sought = true;
}

/* Whether the thread's locale is C.UTF-8, and its file is there. */
static bool utf8_tables(void)
{
	static volatile int lock[1];

	if (strcmp(nl_langinfo(CODESET), "UTF-8"))
		return false;
	LOCK(lock);
	if (!locale.sought)
		map_locale();
	UNLOCK(lock);
	return locale.there;
}

struct run {
	struct gconv_step *step;
	struct gconv_data *data;
	const uint8_t **in;
	uint8_t **out;
	size_t *irreversible;
};

/*
 * Writes N characters instead of TAKEN ones. ILLEGAL_INPUT: the target has not got these either. What a step wrote
 * before there was no more room, such as a shift to another set, stays if PARTLY.
 */
static int replace(struct run *r, const uint32_t *text, size_t n, size_t taken, bool partly)
{
	const uint8_t *in = (const uint8_t *)text;
	uint8_t *out = *r->out;
	int status = r->step->fct(r->step, r->data, &in, (const uint8_t *)(text + n), &out, NULL, 0, 0);

	if (status == GCONV_ILLEGAL_INPUT)
		return status;
	if (status == GCONV_EMPTY_INPUT) {
		*r->in += taken * 4;
		++*r->irreversible;
		status = GCONV_OK;
	}
	if (partly || status != GCONV_FULL_OUTPUT)
		*r->out = out;
	return status;
}

static uint32_t next_number(const uint8_t **p)
{
	uint32_t v = 0;

	do
		v = v << 7 | (**p & 0x7f);
	while (!(*(*p)++ & 0x80));
	return v;
}

static int by_c(struct run *r, uint32_t c)
{
	uint32_t text[16], at = 0;

	for (const uint8_t *p = (const uint8_t *)c_table; p < (const uint8_t *)c_table + sizeof c_table - 1 && at < c;) {
		size_t n = 0;
		at += next_number(&p);
		do
			text[n++] = *p & 0x7f;
		while (!(*p++ & 0x80));
		if (at == c)
			return replace(r, text, text[0] ? n : 0, 1, false);
	}
	return GCONV_ILLEGAL_INPUT;
}

static size_t length(const uint32_t *s)
{
	size_t n = 0;

	while (s[n])
		n++;
	return n;
}

/* The replacements of one entry, best first. */
static int try_all(struct run *r, const uint32_t *to, size_t taken)
{
	int status;

	do {
		size_t n = length(to);
		if ((status = replace(r, to, n, taken, false)) != GCONV_ILLEGAL_INPUT)
			return status;
		to += n + 1;
	} while (*to);
	return status;
}

/* Entries are in order; one may be of several characters. */
static int by_locale(struct run *r, const uint32_t *in, const uint32_t *end)
{
	uint32_t low = 0, high = *locale.item[TAB_SIZE];

	while (low < high) {
		uint32_t middle = (low + high) / 2;
		const uint32_t *from = locale.item[FROM_TABLE] + locale.item[FROM_INDEX][middle];
		size_t n = 0;
		while (from[n] && in + n < end && from[n] == in[n])
			n++;
		if (n > 0 && !from[n]) {
			int status = try_all(r, locale.item[TO_TABLE] + locale.item[TO_INDEX][middle], n);
			if (status != GCONV_ILLEGAL_INPUT)
				return status;
		} else if (n > 0) {
			return GCONV_INCOMPLETE_INPUT;
		}
		if (in + n >= end || from[n] < in[n])
			low = middle + 1;
		else
			high = middle;
	}
	return GCONV_ILLEGAL_INPUT;
}

static bool ignored(uint32_t c)
{
	const uint32_t *range = locale.item[IGNORE];

	for (uint32_t i = 0; i < *locale.item[IGNORE_LEN]; i++, range += 3)
		if (range[0] <= c && c <= range[1] && (c - range[0]) % range[2] == 0)
			return true;
	return false;
}

/* What glibc's loops, and those of its modules, call: a character at *IN of INTERNAL cannot be written. */
int __gconv_transliterate(struct gconv_step *step, struct gconv_data *data, const uint8_t *start, const uint8_t **in,
	const uint8_t *end, uint8_t **out, size_t *irreversible)
{
	static const uint32_t question = '?';
	struct run r = { step, data, in, out, irreversible };
	bool utf8 = utf8_tables();
	uint32_t c;

	if (*in + 4 > end)
		return *in == end ? GCONV_EMPTY_INPUT : GCONV_INCOMPLETE_INPUT;
	memcpy(&c, *in, 4);
	int status = utf8 ? by_locale(&r, (const uint32_t *)*in, (const uint32_t *)end) : by_c(&r, c);
	if (status != GCONV_ILLEGAL_INPUT)
		return status;
	if (!utf8)
		return replace(&r, &question, 1, 1, true);
	if (ignored(c)) {
		*in += 4;
		++*irreversible;
		return GCONV_OK;
	}
	return *locale.item[MISSING_LEN] ? replace(&r, locale.item[MISSING], *locale.item[MISSING_LEN], 1, true) : GCONV_ILLEGAL_INPUT;
}
