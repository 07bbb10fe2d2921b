/* Pointers by number: nodes of 64 entries, as many levels as the largest index needs. */
#include "kernel.h"
#include "vfs.h"

#define BITS	6
#define SLOTS	(1 << BITS)

static bool fits(const struct radix *r, u64 index)
{
	return r->height * BITS >= 64 || index >> (r->height * BITS) == 0;
}

void *radix_get(const struct radix *r, u64 index)
{
	void *n = r->root;

	if (!fits(r, index))
		return NULL;
	for (u32 h = r->height; h-- && n;)
		n = ((void **)n)[index >> (h * BITS) & (SLOTS - 1)];
	return n;
}

int radix_set(struct radix *r, u64 index, void *p)
{
	if (!p && !radix_get(r, index))
		return 0;
	while (!fits(r, index)) {
		if (r->root) {
			void **up = kzalloc(SLOTS * sizeof(void *));
			if (!up)
				return -ENOMEM;
			up[0] = r->root;
			r->root = up;
		}
		r->height++;
	}
	void **slot = &r->root;
	for (u32 h = r->height; h--;) {
		if (!*slot && !(*slot = kzalloc(SLOTS * sizeof(void *))))
			return -ENOMEM;
		slot = (void **)*slot + (index >> (h * BITS) & (SLOTS - 1));
	}
	*slot = p;
	return 0;
}

static void *next_in(void *n, u32 height, u64 *index)
{
	if (!n || !height)
		return n;
	u32 shift = (height - 1) * BITS;
	u64 i = *index >> shift & (SLOTS - 1);
	while (i < SLOTS) {
		u64 above = ((*index >> shift) + 1) << shift;	/* the first index below the next slot */
		void *p = next_in(((void **)n)[i], height - 1, index);
		if (p)
			return p;
		if (!above)
			return NULL;
		*index = above;
		i++;
	}
	return NULL;
}

void *radix_next(const struct radix *r, u64 *index)
{
	return fits(r, *index) ? next_in(r->root, r->height, index) : NULL;
}

static void free_nodes(void **n, u32 height)
{
	if (!n || !height)
		return;
	for (int i = 0; i < SLOTS && height > 1; i++)
		free_nodes(n[i], height - 1);
	kfree(n);
}

void radix_free(struct radix *r)
{
	free_nodes(r->root, r->height);
	r->root = NULL;
	r->height = 0;
}
