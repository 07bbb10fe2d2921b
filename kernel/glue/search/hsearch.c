/*
 * Hash tables of a fixed size, as glibc's: the first prime from the number on that was asked for, of which one may see both size and
 * count. An entry stays where it is as long as the table is there. One more than fits is ENOMEM.
 */
#include <errno.h>
#include <limits.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

struct table {		/* glibc's struct hsearch_data */
	ENTRY *entries;	/* free ones have no key */
	unsigned size, filled;
};

static int is_prime(unsigned odd)
{
	for (unsigned d = 3; d <= odd / d; d += 2)
		if (odd % d == 0)
			return 0;
	return 1;
}

int hcreate_r(size_t n, struct hsearch_data *data)
{
	struct table *t = (struct table *)data;

	if (!t) {
		errno = EINVAL;
		return 0;
	}
	if (t->entries)
		return 0;
	for (n = (n < 3 ? 3 : n) | 1; n <= UINT_MAX - 2 && !is_prime(n); n += 2)
		;
	if (n > UINT_MAX - 2) {
		errno = ENOMEM;
		return 0;
	}
	t->size = n;
	t->filled = 0;
	t->entries = calloc(n, sizeof *t->entries);
	return t->entries != NULL;
}

void hdestroy_r(struct hsearch_data *data)
{
	struct table *t = (struct table *)data;

	if (!t) {
		errno = EINVAL;
		return;
	}
	free(t->entries);
	t->entries = NULL;
}

static unsigned hash(const char *s)
{
	unsigned h = 0;

	while (*s)
		h = h * 31 + (unsigned char)*s++;
	return h;
}

int hsearch_r(ENTRY item, ACTION action, ENTRY **found, struct hsearch_data *data)
{
	struct table *t = (struct table *)data;
	unsigned at = hash(item.key) % t->size, left = t->size;

	for (; left && t->entries[at].key; left--, at = at + 1 == t->size ? 0 : at + 1)
		if (!strcmp(t->entries[at].key, item.key)) {
			*found = &t->entries[at];
			return 1;
		}
	if (action == FIND || !left) {
		errno = action == FIND ? ESRCH : ENOMEM;
		*found = NULL;
		return 0;
	}
	t->filled++;
	t->entries[at] = item;
	*found = &t->entries[at];
	return 1;
}

static struct hsearch_data common;

int hcreate(size_t n) { return hcreate_r(n, &common); }
void hdestroy(void) { hdestroy_r(&common); }

ENTRY *hsearch(ENTRY item, ACTION action)
{
	ENTRY *found;

	hsearch_r(item, action, &found, &common);
	return found;
}
