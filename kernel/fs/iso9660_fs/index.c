/* The names of a directory by their hashes: buckets, each with a chain of the places of records.
 * Made when something is looked up for the first time, as names may be in any order on the medium. Cells
 * lie in pages, because a large directory's would not fit into a block of the allocator. Building takes one
 * pass whatever the names are; looking up names that a hostile medium chose to collide takes another. */
#include "iso9660.h"

#define PER_PAGE	(PAGE_SIZE / sizeof(u32))
#define MIN_BUCKETS	16
#define BYTES_A_BUCKET	64	/* of the directory: about half a record */
#define SMALL		(4 * BLOCK)	/* a directory that is read through each time */

struct iso_index {
	u32 buckets;	/* a power of two */
	u32 used;	/* cells: a cell for each bucket, then two for each name: the next one's, and the offset */
	u32 pages;
	u32 **page;
};

static u32 *cell(const struct iso_index *x, u32 i)
{
	return &x->page[i / PER_PAGE][i % PER_PAGE];
}

static u32 hash(const char *s, size_t n)
{
	u32 h = 2166136261;	/* FNV-1a */

	while (n--)
		h = (h ^ (u8)*s++) * 16777619;
	return h;
}

static bool grow(struct iso_index *x, u32 cells)
{
	if (cells > ~0u - x->used)
		return false;
	for (; x->pages * PER_PAGE < (u64)x->used + cells; x->pages++) {
		u32 **list = krealloc(x->page, (x->pages + 1) * sizeof(*list));
		if (!list)
			return false;
		x->page = list;
		if (!(list[x->pages] = page_alloc()))
			return false;
	}
	x->used += cells;
	return true;
}

static u64 index_free(struct iso_index *x)
{
	u64 pages = x->pages;

	while (x->pages)
		page_put(x->page[--x->pages]);
	kfree(x->page);
	kfree(x);
	return pages;
}

u64 iso_index_free(struct iso_node *dir)
{
	struct iso_index *x = dir->index;

	dir->index = NULL;
	return x ? index_free(x) : 0;
}

static int add(struct iso_index *x, const struct iso_entry *e)
{
	u32 at = x->used, *bucket;

	if (!grow(x, 2))
		return -ENOMEM;
	bucket = cell(x, hash(e->name, e->len) % x->buckets);
	*cell(x, at) = *bucket;
	*cell(x, at + 1) = e->offset;
	*bucket = at;
	return 0;
}

/* *OUT is NULL if memory is out. With another error it has the names before the damage. */
static int build(struct iso_node *dir, struct iso_entry *e, struct iso_index **out)
{
	struct iso_index *x = *out = kzalloc(sizeof(*x));
	int r = -ENOMEM;

	if (!x)
		return r;
	for (x->buckets = MIN_BUCKETS; (u64)x->buckets * BYTES_A_BUCKET < dir->v.size; )
		x->buckets *= 2;
	if (grow(x, x->buckets))
		for (u64 at = 0; (r = iso_entry(dir, at, e, NULL)) > 0; at = e->next)
			if ((r = add(x, e)))
				break;
	if (r == -ENOMEM) {
		index_free(x);
		*out = NULL;
	}
	return r;
}

static bool is(const struct iso_entry *e, const char *name, size_t len)
{
	return e->len == len && !memcmp(e->name, name, len);
}

static int scan(struct iso_node *dir, const char *name, size_t len, struct iso_entry *e)
{
	int r;

	for (u64 at = 0; (r = iso_entry(dir, at, e, NULL)) > 0; at = e->next)
		if (is(e, name, len))
			return 0;
	return r ? r : -ENOENT;
}

/* The first of that name. */
static int find(const struct iso_index *x, struct iso_node *dir, const char *name, size_t len, struct iso_entry *e)
{
	s64 first = -1;

	for (u32 i = *cell(x, hash(name, len) % x->buckets); i; i = *cell(x, i)) {
		int r = iso_entry(dir, *cell(x, i + 1), e, NULL);
		if (r < 0)
			return r;
		if (r && is(e, name, len))
			first = e->offset;
	}
	if (first < 0)
		return -ENOENT;
	int r = e->offset == first ? 1 : iso_entry(dir, first, e, NULL);
	return r > 0 ? 0 : r < 0 ? r : -EIO;
}

int iso_index_find(struct iso_node *dir, const char *name, size_t len, struct iso_entry *e)
{
	struct iso_index *x = dir->index;
	int damage = 0;

	if (dir->v.size <= SMALL)
		return scan(dir, name, len, e);
	if (!x) {
		damage = build(dir, e, &x);
		if (!x)
			return damage;
		if (!damage && !dir->index)
			dir->index = x;
	}
	int err = find(x, dir, name, len, e);
	if (x != dir->index)
		index_free(x);
	return err == -ENOENT && damage ? damage : err;
}
