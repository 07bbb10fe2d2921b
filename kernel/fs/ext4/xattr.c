/* Extended attributes: behind the inode's fields, where there is room, and in a block that files with the same ones may share. */
#include "ext4.h"
#include "xattr.h"

#define MAGIC		0xea020000
#define HEAD		32	/* of the block */
#define ENTRY		16	/* and the name */
#define NAME		256

/* Of the block's header. */
#define REFERENCES	4
#define BLOCKS		8
#define HASH		12
#define SUM		16

#define COMPAT_EXT_ATTR	8

/* Prefixes by number; what has another one stays as it is, and shows to nobody. */
static const struct { u8 index; const char *text; } prefixes[] = { { 1, "user." }, { 4, "trusted." }, { 6, "security." } };

struct attr {
	struct attr *next;
	u8 index, len;		/* of the name, which comes without its prefix */
	u32 size;
	u8 *value;		/* behind the name */
	char name[];
};

/* Where entries are: they begin at START, values are up to END, and count from BASE. */
struct area { u8 *start, *end, *base; };

static u32 entry_size(u32 len) { return (ENTRY + len + 3) & ~3u; }
static u32 value_size(u32 size) { return (size + 3) & ~3u; }

static struct attr *attr_new(u8 index, const void *name, u8 len, const void *value, u32 size)
{
	struct attr *a = kmalloc(sizeof(*a) + len + size);

	if (!a)
		return NULL;
	*a = (struct attr){ .index = index, .len = len, .size = size, .value = (u8 *)a->name + len };
	memcpy(a->name, name, len);
	memcpy(a->value, value, size);
	return a;
}

static void attrs_free(struct attr *a)
{
	for (struct attr *next; a; a = next) {
		next = a->next;
		kfree(a);
	}
}

/* Those of an area, behind *TAIL. */
static int load_area(const struct area *r, struct attr ***tail)
{
	for (const u8 *e = r->start; r->end - e >= 4 && LE32(e, 0); e += entry_size(e[0])) {
		if (r->end - e < ENTRY || r->end - e < entry_size(e[0]))
			return -EUCLEAN;
		u32 at = LE16(e, 2), size = LE32(e, 8);
		if (LE32(e, 4) || !e[0] || at > r->end - r->base || size > r->end - r->base - at)
			return -EUCLEAN;
		if (!(**tail = attr_new(e[1], e + ENTRY, e[0], r->base + at, size)))
			return -ENOMEM;
		*tail = &(**tail)->next;
	}
	return 0;
}

/* The room behind the inode's fields; false: there is none. */
static bool inode_area(struct ext4 *fs, u8 *raw, struct area *r)
{
	u32 extra = fs->inode_size > 128 ? LE16(raw, INODE_EXTRA) : 0;

	if (!extra || extra & 3 || 128 + extra + 8 > fs->inode_size)
		return false;
	r->start = r->base = raw + 128 + extra + 4;
	r->end = raw + fs->inode_size;
	return true;
}

static u64 block_of(const u8 *raw) { return LE32(raw, INODE_FILE_ACL) | (u64)LE16(raw, INODE_ACL_HIGH) << 32; }

static u32 block_sum(struct ext4 *fs, u64 block, u8 *p)
{
	u32 have = LE32(p, SUM), sum = ext4_crc32c(fs->seed, &block, 8);

	SET32(p, SUM, 0);
	sum = ext4_crc32c(sum, p, fs->block_size);
	SET32(p, SUM, have);
	return sum;
}

static int block_get(struct ext4 *fs, u64 block, struct ext4_buf **b)
{
	int err = ext4_valid(fs, block, 1) ? ext4_buf_get(fs, block, b) : -EUCLEAN;

	if (err)
		return err;
	u8 *p = (*b)->data;
	if (LE32(p, 0) == MAGIC && LE32(p, BLOCKS) == 1 && (!ext4_csums(fs) || LE32(p, SUM) == block_sum(fs, block, p)))
		return 0;
	ext4_buf_put(*b);
	return -EUCLEAN;
}

static struct area block_area(struct ext4 *fs, u8 *p)
{
	return (struct area){ p + HEAD, p + fs->block_size, p };
}

/* All attributes of N, in *OUT. Locked. */
static int load(struct ext4_node *n, struct attr **out)
{
	struct attr **tail = out;
	struct ext4_buf *b, *own;
	struct area r;
	u8 *raw;
	int err = ext4_inode_buf(n->fs, n->v.ino, &b, &raw);

	*out = NULL;
	if (err)
		return err;
	if (inode_area(n->fs, raw, &r) && LE32(r.start, -4) == MAGIC)
		err = load_area(&r, &tail);
	u64 block = block_of(raw);
	ext4_buf_put(b);
	if (!err && block && !(err = block_get(n->fs, block, &own))) {
		r = block_area(n->fs, own->data);
		err = load_area(&r, &tail);
		ext4_buf_put(own);
	}
	if (err) {
		attrs_free(*out);
		*out = NULL;
	}
	return err;
}

static int compare(const struct attr *a, const struct attr *b)
{
	if (a->index != b->index)
		return a->index - b->index;
	return a->len != b->len ? a->len - b->len : memcmp(a->name, b->name, a->len);
}

/* As the block has them. */
static void sort(struct attr **list)
{
	struct attr *sorted = NULL;

	while (*list) {
		struct attr *a = *list, **at = &sorted;
		*list = a->next;
		while (*at && compare(*at, a) < 0)
			at = &(*at)->next;
		a->next = *at;
		*at = a;
	}
	*list = sorted;
}

static u32 hash(const struct attr *a)
{
	u32 h = 0, word;

	for (u32 i = 0; i < a->len; i++)
		h = (h << 5 | h >> 27) ^ (u8)a->name[i];
	for (u32 i = 0; i < a->size; i += 4) {
		word = 0;
		memcpy(&word, a->value + i, min(4u, a->size - i));
		h = (h << 16 | h >> 16) ^ word;
	}
	return h;
}

static u32 room_of(const struct attr *a) { return entry_size(a->len) + value_size(a->size); }

/* Writes the attributes of A for which there is room into R, and takes them out of the list. ALL is a hash over them. */
static void store_area(const struct area *r, struct attr **list, u32 *all)
{
	u8 *e = r->start, *values = r->end;

	memset(r->start, 0, r->end - r->start);
	for (*all = 0; *list;) {
		struct attr *a = *list;
		if (room_of(a) + 4 > values - e) {	/* four zeroes end the entries */
			list = &a->next;
			continue;
		}
		values -= value_size(a->size);
		memcpy(values, a->value, a->size);
		e[0] = a->len;
		e[1] = a->index;
		SET16(e, 2, a->size ? values - r->base : 0);
		SET32(e, 8, a->size);
		SET32(e, 12, hash(a));
		memcpy(e + ENTRY, a->name, a->len);
		*all = (*all << 16 | *all >> 16) ^ LE32(e, 12);
		e += entry_size(a->len);
		*list = a->next;
		kfree(a);
	}
}

int ext4_xattr_free(struct ext4_node *n, u64 block)
{
	struct ext4 *fs = n->fs;
	struct ext4_buf *b;

	if (!block)
		return 0;
	int err = block_get(fs, block, &b);
	if (err)
		return err;
	n->blocks -= min((u64)fs->block_size / SECTOR, n->blocks);
	if (LE32(b->data, REFERENCES) <= 1) {
		err = ext4_blocks_free(fs, block, 1);
	} else if (!(err = ext4_change(b))) {
		SET32(b->data, REFERENCES, LE32(b->data, REFERENCES) - 1);
		if (ext4_csums(fs))
			SET32(b->data, SUM, block_sum(fs, block, b->data));
	}
	ext4_buf_put(b);
	return err;
}

/* A block that is N's alone. */
static int own_block(struct ext4_node *n, u64 *block, struct ext4_buf **b)
{
	struct ext4 *fs = n->fs;
	u32 got;
	int err = *block ? block_get(fs, *block, b) : 0;

	if (*block && !err && LE32((*b)->data, REFERENCES) == 1)
		return ext4_change(*b);
	if (*block && !err) {
		ext4_buf_put(*b);
		err = ext4_xattr_free(n, *block);
	}
	*b = NULL;
	if (err || (err = ext4_blocks_alloc(fs, n->goal, 1, block, &got)) || (err = ext4_buf_new(fs, *block, b)))
		return err;
	n->blocks += fs->block_size / SECTOR;
	return 0;
}

/* What is left in *LIST goes to the block, which may be none before; *LIST has what is too much. */
static int store_block(struct ext4_node *n, struct attr **list, u64 *block)
{
	struct ext4_buf *b;
	u32 all;

	if (!*list) {
		u64 old = *block;
		*block = 0;
		return ext4_xattr_free(n, old);
	}
	int err = own_block(n, block, &b);
	if (!err) {
		struct area r = block_area(n->fs, b->data);
		sort(list);
		store_area(&r, list, &all);
		memset(b->data, 0, HEAD);
		SET32(b->data, 0, MAGIC);
		SET32(b->data, REFERENCES, 1);
		SET32(b->data, BLOCKS, 1);
		SET32(b->data, HASH, all);
		if (ext4_csums(n->fs))
			SET32(b->data, SUM, block_sum(n->fs, *block, b->data));
	}
	ext4_buf_put(b);
	return err;
}

/* Others refuse blocks of attributes where the superblock does not say that there are some. */
static int super_tell(struct ext4 *fs)
{
	u8 *sb = ext4_super(fs);

	if (LE32(sb, 0x5c) & COMPAT_EXT_ATTR)
		return 0;
	int err = ext4_super_change(fs);
	if (!err) {
		SET32(sb, 0x5c, LE32(sb, 0x5c) | COMPAT_EXT_ATTR);
		ext4_super_sum(fs);
	}
	return err;
}

/* The attributes of N are those of *LIST, which it takes as far as there is room; within an operation. */
static int store(struct ext4_node *n, struct attr **list)
{
	struct ext4_buf *b;
	struct area r;
	u32 all;
	u8 *raw;
	int err = ext4_inode_buf(n->fs, n->v.ino, &b, &raw);

	if (err)
		return err;
	u64 block = block_of(raw);
	if (!(err = ext4_change(b)) && inode_area(n->fs, raw, &r)) {
		store_area(&r, list, &all);
		SET32(r.start, -4, LE32(r.start, 0) ? MAGIC : 0);
	}
	if (!err && !(err = store_block(n, list, &block)) && !(err = super_tell(n->fs))) {
		SET32(raw, INODE_FILE_ACL, block);
		SET16(raw, INODE_ACL_HIGH, block >> 32);
		n->v.ctime_ns = now_realtime();
		err = *list ? -ENOSPC : ext4_node_store(n);
	}
	ext4_buf_put(b);
	return err;
}

/* The rest of NAME behind its prefix, whose number is *INDEX. */
static const char *prefix_split(const char *name, u8 *index)
{
	for (u32 i = 0; i < array_len(prefixes); i++)
		if (!strncmp(name, prefixes[i].text, strlen(prefixes[i].text))) {
			*index = prefixes[i].index;
			return name + strlen(prefixes[i].text);
		}
	return NULL;
}

static struct attr **find(struct attr **list, const char *name)
{
	u8 index = 0;
	const char *rest = prefix_split(name, &index);

	while (rest && *list && ((*list)->index != index || (*list)->len != strlen(rest) || memcmp((*list)->name, rest, strlen(rest))))
		list = &(*list)->next;
	return rest ? list : NULL;
}

static long get(struct vnode *v, const char *name, void *value, size_t size)
{
	struct ext4 *fs = ext4_node(v)->fs;
	struct attr *list, **at = NULL;

	ext4_lock(fs);
	long r = load(ext4_node(v), &list);
	ext4_unlock(fs);
	if (!r && !(at = find(&list, name)))
		r = -EOPNOTSUPP;
	else if (!r && !*at)
		r = -ENODATA;
	else if (!r)
		r = !size || (*at)->size <= size ? (long)(*at)->size : -ERANGE;
	if (r > 0 && size)
		memcpy(value, (*at)->value, r);
	attrs_free(list);
	return r;
}

/* The list as it becomes. A value that replaces another has its place, so that a full file can still have another one of that size. */
static int edit(struct attr **list, const char *name, const void *value, size_t size, int flags)
{
	struct attr **at = find(list, name), *old, *a = NULL;
	u8 index = 0;
	const char *rest = prefix_split(name, &index);

	if (!at)
		return -EOPNOTSUPP;
	old = *at;
	if (old ? flags & XATTR_CREATE : !value || flags & XATTR_REPLACE)
		return old ? -EEXIST : -ENODATA;
	if (value && !(a = attr_new(index, rest, strlen(rest), value, size)))
		return -ENOMEM;
	if (a)
		a->next = old ? old->next : NULL;
	*at = a ? a : old->next;
	kfree(old);
	return 0;
}

static int set_once(struct vnode *v, const char *name, const void *value, size_t size, int flags)
{
	struct ext4_node *n = ext4_node(v);
	struct attr *list = NULL;
	int err = ext4_begin(n->fs);

	if (err)
		return err;
	if (!(err = load(n, &list)) && !(err = edit(&list, name, value, size, flags)))
		err = store(n, &list);
	attrs_free(list);
	return ext4_done(n->fs, err, v, NULL);
}

static int set(struct vnode *v, const char *name, const void *value, size_t size, int flags)
{
	int err = size > ext4_node(v)->fs->block_size ? -ENOSPC : set_once(v, name, value, size, flags);

	return ext4_again(ext4_node(v)->fs, err) ? set_once(v, name, value, size, flags) : err;
}

static int next(struct vnode *v, u64 *at, char *name)
{
	struct ext4 *fs = ext4_node(v)->fs;
	struct attr *list;
	u64 i = 0;

	ext4_lock(fs);
	int r = load(ext4_node(v), &list);
	ext4_unlock(fs);
	for (struct attr *a = list; a && r <= 0; a = a->next)
		for (u32 k = 0; k < array_len(prefixes); k++)
			if (prefixes[k].index == a->index && strlen(prefixes[k].text) + a->len < NAME && i++ == *at) {
				ksnprintf(name, NAME, "%s%.*s", prefixes[k].text, a->len, a->name);
				++*at;
				r = 1;
			}
	attrs_free(list);
	return r;
}

const struct xattr_ops ext4_xattrs = { .get = get, .set = set, .next = next };
