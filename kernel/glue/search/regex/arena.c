/* Memory that is released all at once. */
#include <stdlib.h>
#include "regex.h"

struct chunk {
	struct chunk *older;
	size_t size;
	char data[] __attribute__((aligned(16)));
};

void *uk_re_alloc(struct arena *a, size_t n)
{
	n = (n + 15) & ~(size_t)15;
	if (!a->chunks || a->chunks->size - a->used < n) {
		size_t size = n > 2000 ? n : 2000;
		struct chunk *c = malloc(sizeof *c + size);

		if (!c)
			return NULL;
		*c = (struct chunk){ a->chunks, size };
		a->chunks = c;
		a->used = 0;
	}
	a->used += n;
	return a->chunks->data + a->used - n;
}

void uk_re_release(struct arena *a)
{
	for (struct chunk *c = a->chunks, *older; c; c = older) {
		older = c->older;
		free(c);
	}
	a->chunks = NULL;
	a->used = 0;
}
