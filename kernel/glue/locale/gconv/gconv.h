/*
 * Conversion between character sets as glibc does it, with glibc's own modules
 * (/usr/lib/ARCH/gconv/NAME.so), which the image brings: answers, positions and
 * errors are those of the host's glibc, whatever the set.
 *
 *   iconv.c            iconv_open(3), iconv(3), iconv_close(3)
 *   names.c            "latin1//TRANSLIT" -> "LATIN1//" and what to do about errors
 *   config.c           gconv-modules.cache: which steps lead from a set to another
 *   module.c           loading a module
 *   builtin.c          steps that glibc has no module for: ASCII, UTF-8, UCS-2, UCS-4
 *   unicode.c          the loops of these
 *   transliterate.c    //TRANSLIT, by the locale's table
 *
 * A conversion is a chain of one to three steps, most often by way of INTERNAL,
 * which is UCS-4 of the machine's byte order. Each step calls the next with what
 * it wrote, and goes back to where that one stopped. The structures are those of
 * glibc's <gconv.h>, as the modules know them.
 */
#ifndef GCONV_H
#define GCONV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <features.h>

enum {
	GCONV_OK, GCONV_NOCONV, GCONV_NODB, GCONV_NOMEM,
	GCONV_EMPTY_INPUT, GCONV_FULL_OUTPUT, GCONV_ILLEGAL_INPUT, GCONV_INCOMPLETE_INPUT,
};

enum { GCONV_IS_LAST = 1, GCONV_IGNORE_ERRORS = 2, GCONV_TRANSLIT = 8 };	/* flags of data */

struct gconv_step;
struct gconv_data;

/* OUT is NULL but for a call from transliterate(); FLUSH is 1 to end a conversion, 2 to forget its state. */
typedef int gconv_fct(struct gconv_step *, struct gconv_data *, const uint8_t **in, const uint8_t *end, uint8_t **out,
	size_t *irreversible, int flush, int consume_incomplete);

struct gconv_step {
	void *shlib;	/* NULL here: then the modules take fct as it stands, not mixed with glibc's pointer guard */
	const char *modname;
	int counter;
	const char *from, *to;
	gconv_fct *fct;
	void *btowc;
	int (*init)(struct gconv_step *);
	void (*end)(struct gconv_step *);
	int min_from, max_from, min_to, max_to;
	int stateful;
	void *data;
};

struct gconv_data {
	uint8_t *out, *outend;
	int flags;
	int invocations;
	int internal_use;
	void *statep;
	uint64_t state;
};

_Static_assert(sizeof(struct gconv_step) == 104 && sizeof(struct gconv_data) == 48, "glibc's sizes");

/* What iconv_open() is asked for. */
struct gconv_spec {
	char *from, *to;	/* in capitals, with two slashes */
	bool translit, ignore;
};

hidden bool uk_gconv_spec(struct gconv_spec *spec, const char *to, const char *from);
hidden int uk_gconv_find(const struct gconv_spec *spec, struct gconv_step steps[3], size_t *count);
hidden int uk_gconv_load(struct gconv_step *step, const char *folder, const char *file);
hidden bool uk_gconv_builtin(struct gconv_step *step, const char *name);
hidden int uk_gconv_find_builtin(const struct gconv_spec *spec, struct gconv_step steps[3], size_t *count);

/* One run of a loop over characters. */
struct gconv_run {
	struct gconv_step *step;
	struct gconv_data *data;
	const uint8_t *in, *end;
	uint8_t *out;
	const uint8_t *outend;
	size_t *irreversible;	/* NULL in a call from transliterate() */
};
typedef int gconv_loop(struct gconv_run *);
hidden gconv_loop uk_gconv_from_ascii, uk_gconv_to_ascii, uk_gconv_from_utf8, uk_gconv_to_utf8, uk_gconv_from_ucs2, uk_gconv_to_ucs2,
	uk_gconv_from_ucs2be, uk_gconv_to_ucs2be, uk_gconv_from_ucs4, uk_gconv_to_ucs4, uk_gconv_from_ucs4le, uk_gconv_to_ucs4le;

int __gconv_transliterate(struct gconv_step *step, struct gconv_data *data, const uint8_t *start, const uint8_t **in,
	const uint8_t *end, uint8_t **out, size_t *irreversible);

#endif
