/* The steps that glibc has in itself, and how a step works together with the next one. */
#include <string.h>
#include "gconv.h"

struct builtin {
	const char *name;	/* as gconv-modules.cache has it */
	const char *set;	/* the set that is not INTERNAL */
	gconv_loop *loop;
	uint8_t min_from, max_from, min_to, max_to;
};

static const struct builtin builtins[] = {
	{ "=INTERNAL->ucs4", "ISO-10646/UCS4/", uk_gconv_to_ucs4, 4, 4, 4, 4 },
	{ "=ucs4->INTERNAL", "ISO-10646/UCS4/", uk_gconv_from_ucs4, 4, 4, 4, 4 },
	{ "=INTERNAL->ucs4le", "UCS-4LE//", uk_gconv_to_ucs4le, 4, 4, 4, 4 },
	{ "=ucs4le->INTERNAL", "UCS-4LE//", uk_gconv_from_ucs4le, 4, 4, 4, 4 },
	{ "=INTERNAL->utf8", "ISO-10646/UTF8/", uk_gconv_to_utf8, 4, 4, 1, 6 },
	{ "=utf8->INTERNAL", "ISO-10646/UTF8/", uk_gconv_from_utf8, 1, 6, 4, 4 },
	{ "=INTERNAL->ucs2", "ISO-10646/UCS2/", uk_gconv_to_ucs2, 4, 4, 2, 2 },
	{ "=ucs2->INTERNAL", "ISO-10646/UCS2/", uk_gconv_from_ucs2, 2, 2, 4, 4 },
	{ "=INTERNAL->ascii", "ANSI_X3.4-1968//", uk_gconv_to_ascii, 4, 4, 1, 1 },
	{ "=ascii->INTERNAL", "ANSI_X3.4-1968//", uk_gconv_from_ascii, 1, 1, 4, 4 },
	{ "=INTERNAL->ucs2reverse", "UNICODEBIG//", uk_gconv_to_ucs2be, 4, 4, 2, 2 },
	{ "=ucs2reverse->INTERNAL", "UNICODEBIG//", uk_gconv_from_ucs2be, 2, 2, 4, 4 },
};

enum { BUILTINS = sizeof builtins / sizeof *builtins };

/* For an image without gconv-modules.cache: other names of these sets, each before the set. */
static const char aliases[] =
	"UCS4//\0UCS-4//\0UCS-4BE//\0CSUCS4//\0ISO-10646//\00010646-1:1993//\00010646-1:1993/UCS4/\0OSF00010104//\0OSF00010105//\0OSF00010106//\0>ISO-10646/UCS4/\0"
	"WCHAR_T//\0>INTERNAL\0"
	"UTF8//\0UTF-8//\0ISO-IR-193//\0OSF05010001//\0ISO-10646/UTF-8/\0>ISO-10646/UTF8/\0"
	"UCS2//\0UCS-2//\0OSF00010100//\0OSF00010101//\0OSF00010102//\0UNICODELITTLE//\0UCS-2LE//\0>ISO-10646/UCS2/\0"
	"ANSI_X3.4//\0ISO-IR-6//\0ANSI_X3.4-1986//\0ISO_646.IRV:1991//\0ASCII//\0ISO646-US//\0US-ASCII//\0US//\0IBM367//\0CP367//\0CSASCII//\0OSF00010020//\0>ANSI_X3.4-1968//\0"
	"UCS-2BE//\0>UNICODEBIG//\0";

static int next(struct gconv_step *step, struct gconv_data *d, const uint8_t **in, const uint8_t *end, size_t *irreversible, int flush, int consume)
{
	return step[1].fct(step + 1, d + 1, in, end, NULL, irreversible, flush, consume);
}

/* The next step stopped at TAKEN: goes back to what that was made of. FROM and START are where this round began. */
static void go_back(const struct builtin *b, struct gconv_run *r, const uint8_t *taken, const uint8_t *from, uint8_t *start, bool plain)
{
	if (plain && b->max_from == b->min_from && b->max_to == b->min_to) {
		r->in -= (r->out - taken) / b->min_to * b->min_from;
		return;
	}
	r->in = from;
	r->out = start;
	r->outend = taken;
	b->loop(r);
	r->outend = r->data->outend;
	if (r->out == start)
		r->data->invocations--;
}

/* One round of a step that is not the last: converts, and has the next step take it. */
static int round_trip(struct gconv_run *r, size_t *irreversible, int consume)
{
	const struct builtin *b = r->step->data;
	const uint8_t *from = r->in, *taken = r->data->out;
	uint8_t *start = r->out;
	size_t before = *r->irreversible + *irreversible;
	int status = b->loop(r);

	r->data->invocations++;
	if (r->out == start)
		return status;
	int result = next(r->step, r->data, &taken, r->out, irreversible, 0, consume);
	if (result == GCONV_EMPTY_INPUT)
		return status == GCONV_FULL_OUTPUT ? GCONV_OK : status;
	if (taken != r->out)
		go_back(b, r, taken, from, start, before == *r->irreversible + *irreversible);
	return result;
}

static int convert(struct gconv_step *step, struct gconv_data *d, const uint8_t **in, const uint8_t *end, uint8_t **out,
	size_t *irreversible, int flush, int consume)
{
	const struct builtin *b = step->data;
	size_t skipped = 0;
	struct gconv_run r = { step, d, NULL, end, out ? *out : d->out, d->outend, irreversible ? &skipped : NULL };
	int status;

	if (flush) {	/* these sets have no state of their own */
		memset(d->statep, 0, 8);
		return d->flags & GCONV_IS_LAST ? GCONV_OK : next(step, d, NULL, NULL, irreversible, flush, consume);
	}
	r.in = *in;
	if (out) {
		status = b->loop(&r);
		*out = r.out;
	} else if (d->flags & GCONV_IS_LAST) {
		status = b->loop(&r);
		d->invocations++;
		d->out = r.out;
		*irreversible += skipped;
	} else {
		do {
			r.out = d->out;
			status = round_trip(&r, irreversible, consume);
		} while (status == GCONV_OK);
	}
	*in = r.in;
	return status;
}

static void fill(struct gconv_step *step, const struct builtin *b)
{
	step->fct = convert;
	step->min_from = b->min_from;
	step->max_from = b->max_from;
	step->min_to = b->min_to;
	step->max_to = b->max_to;
	step->data = (void *)b;
}

bool uk_gconv_builtin(struct gconv_step *step, const char *name)
{
	for (int i = 0; i < BUILTINS; i++)
		if (!strcmp(name, builtins[i].name)) {
			fill(step, &builtins[i]);
			return true;
		}
	return false;
}

static const char *real_name(const char *name)
{
	bool found = false;

	for (const char *a = aliases; *a; a += strlen(a) + 1) {
		if (*a == '>' && found)
			return a + 1;
		found |= !strcmp(a, name);
	}
	return name;
}

/* Adds the step from or to INTERNAL for a set. */
static bool add_step(struct gconv_step steps[3], size_t *count, const char *set, bool to)
{
	for (int i = to ? 0 : 1; i < BUILTINS; i += 2) {
		if (strcmp(set, builtins[i].set))
			continue;
		struct gconv_step *s = &steps[(*count)++];
		s->from = to ? "INTERNAL" : builtins[i].set;
		s->to = to ? builtins[i].set : "INTERNAL";
		fill(s, &builtins[i]);
		return true;
	}
	return false;
}

int uk_gconv_find_builtin(const struct gconv_spec *spec, struct gconv_step steps[3], size_t *count)
{
	const char *from = real_name(spec->from), *to = real_name(spec->to);
	bool from_internal = !strcmp(from, "INTERNAL"), to_internal = !strcmp(to, "INTERNAL");

	if (from_internal && to_internal)
		return GCONV_NOCONV;
	if (!from_internal && !add_step(steps, count, from, false) || !to_internal && !add_step(steps, count, to, true))
		return GCONV_NOCONV;
	return GCONV_OK;
}
