/* iconv_open(3), iconv(3) and iconv_close(3) over a chain of steps. */
#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include "gconv.h"

enum { CHARACTERS = 8160 };	/* between two steps, as in glibc: a module sees buffers of the same size */

struct conversion {
	size_t count;
	struct gconv_step steps[3];
	struct gconv_data data[3];
};

static void release(struct conversion *c)
{
	for (size_t i = 0; i < c->count; i++) {
		if (c->steps[i].end)
			c->steps[i].end(&c->steps[i]);
		if (i + 1 < c->count)
			free(c->data[i].out);
	}
	free(c);
}

static int prepare(struct conversion *c, const struct gconv_spec *spec)
{
	int flags = spec->ignore ? GCONV_IGNORE_ERRORS : 0;

	for (size_t i = 0; i < c->count; i++) {
		struct gconv_data *d = &c->data[i];
		d->statep = &d->state;
		/* What is no character of the target is seen by the step that leaves INTERNAL, and by those after it. */
		if (spec->translit && !__builtin_strcmp(c->steps[i].from, "INTERNAL"))
			flags |= GCONV_TRANSLIT;
		d->flags = flags | (i + 1 == c->count ? GCONV_IS_LAST : 0);
		if (i + 1 == c->count)
			continue;
		size_t size = (size_t)CHARACTERS * c->steps[i].max_to;
		if (!(d->out = malloc(size)))
			return GCONV_NOMEM;
		d->outend = d->out + size;
	}
	return GCONV_OK;
}

iconv_t iconv_open(const char *to, const char *from)
{
	int saved = errno;
	struct gconv_spec spec;
	struct conversion *c = calloc(1, sizeof *c);

	if (!c || !uk_gconv_spec(&spec, to, from)) {
		free(c);
		return (iconv_t)-1;
	}
	int status = uk_gconv_find(&spec, c->steps, &c->count);
	if (status == GCONV_OK)
		status = prepare(c, &spec);
	free(spec.from), free(spec.to);
	if (status == GCONV_OK) {
		errno = saved;
		return c;
	}
	release(c);
	errno = status == GCONV_NOMEM ? ENOMEM : EINVAL;
	return (iconv_t)-1;
}

static int flush(struct conversion *c, size_t *irreversible)
{
	bool forget = !c->data[c->count - 1].out;
	int status = c->steps->fct(c->steps, c->data, NULL, NULL, NULL, irreversible, forget ? 2 : 1, 0);

	for (size_t i = 0; status == GCONV_OK && i < c->count; i++)
		c->data[i].invocations = 0;
	return status;
}

static int convert(struct conversion *c, const uint8_t **in, const uint8_t *end, size_t *irreversible)
{
	const uint8_t *before;
	int status;

	do {
		before = *in;
		status = c->steps->fct(c->steps, c->data, in, end, NULL, irreversible, 0, 0);
	} while (status == GCONV_EMPTY_INPUT && before != *in && *in + c->steps->min_from <= end);
	return status;
}

size_t iconv(iconv_t cd, char **restrict in, size_t *restrict inleft, char **restrict out, size_t *restrict outleft)
{
	struct conversion *c = cd;
	size_t irreversible = 0;
	int status;

	if (cd == (iconv_t)-1) {
		errno = EBADF;
		return -1;
	}
	struct gconv_data *last = &c->data[c->count - 1];
	char *outstart = out ? *out : NULL;
	last->out = (uint8_t *)outstart;
	last->outend = outstart ? last->out + *outleft : NULL;
	if (!in || !*in) {
		status = flush(c, &irreversible);
	} else {
		char *start = *in;
		status = convert(c, (const uint8_t **)in, (uint8_t *)start + *inleft, &irreversible);
		*inleft -= *in - start;
	}
	if (outstart) {
		*out = (char *)last->out;
		*outleft -= *out - outstart;
	}
	switch (status) {
	case GCONV_ILLEGAL_INPUT: errno = EILSEQ; return -1;
	case GCONV_FULL_OUTPUT: errno = E2BIG; return -1;
	case GCONV_INCOMPLETE_INPUT: errno = EINVAL; return -1;
	}
	return irreversible;
}

int iconv_close(iconv_t cd)
{
	if (cd == (iconv_t)-1) {
		errno = EBADF;
		return -1;
	}
	release(cd);
	return 0;
}
