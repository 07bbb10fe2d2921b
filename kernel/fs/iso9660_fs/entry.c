/* Records of directories, and what they say. */
#include "iso9660.h"

#define MAX_EXTENTS 4096	/* 16 TB */

static bool is_record(const struct iso_record *r, size_t room)
{
	return r->length > sizeof(*r) && r->length <= room && r->name_length && r->name_length <= r->length - sizeof(*r);
}

/* The record of DIR at *OFFSET or, where its block has no more, in a block behind it, to which *OFFSET goes: in *PAGE,
 * which is to be put. NULL: the end. */
static const struct iso_record *record(struct iso_node *dir, u64 *offset, void **page)
{
	*page = NULL;
	while (*offset < dir->v.size) {
		u32 in = *offset % BLOCK;
		const u8 *b = iso_block(dir->fs, dir->extents->block + *offset / BLOCK, page);
		if (IS_ERR(b))
			return (void *)b;
		if (is_record((void *)(b + in), BLOCK - in))
			return (void *)(b + in);
		bool damaged = b[in];
		page_put(*page);
		*page = NULL;
		if (damaged)
			return ERR_PTR(-EIO);
		*offset += BLOCK - in;
	}
	return NULL;
}

static struct extent extent_of(const struct iso_record *r)
{
	return (struct extent){ r->block + r->attribute_blocks, r->bytes };
}

static bool is_name(const struct iso_entry *e)
{
	for (u32 i = 0; i < e->len; i++)
		if (!e->name[i] || e->name[i] == '/')
			return false;
	return e->len > 2 || (e->len && e->name[0] != '.') || (e->len == 2 && e->name[1] != '.');
}

static u32 type_of(const struct iso_record *r, const struct iso_entry *e)
{
	u32 type = e->mode & S_IFMT;

	if (r->flags & RECORD_DIRECTORY || e->child)
		return S_IFDIR;
	return S_ISLNK(type) || S_ISCHR(type) || S_ISBLK(type) || S_ISFIFO(type) || type == S_IFSOCK ? type : S_IFREG;
}

/* What R, a record that starts at byte AT of the medium, says. */
static int fill(struct iso *fs, const struct iso_record *r, u64 at, struct iso_entry *e, char *target)
{
	size_t used = align_up(sizeof(*r) + r->name_length, 2UL) + fs->skip;
	int err = 0;

	*e = (struct iso_entry){ .first = extent_of(r), .extents = 1, .size = r->bytes, .nlink = 1, .target = target };
	e->mode = r->flags & RECORD_DIRECTORY ? fs->dir_mode : fs->file_mode;
	e->mtime_ns = e->atime_ns = e->ctime_ns = iso_date_short(r->time);
	if (r->name_length == 1 && r->name[0] <= 1)	/* the directory itself, or its parent */
		e->hidden = true;
	else if (fs->joliet)
		iso_joliet_name(r, e);
	else
		iso_plain_name(r, e);
	if (fs->rock_ridge && used < r->length)
		err = iso_rock_ridge(fs, (const u8 *)r + used, r->length - used, e);
	if (r->flags & RECORD_ASSOCIATED || !is_name(e))
		e->hidden = true;
	e->mode = type_of(r, e) | (e->mode & 07777);
	e->ino = S_ISDIR(e->mode) ? (u64)e->first.block * (BLOCK / 32) : at / 32;
	return err;
}

int iso_dot(struct iso *fs, u32 block, struct iso_entry *e)
{
	void *page;
	const struct iso_record *r = iso_block(fs, block, &page);

	if (IS_ERR(r))
		return PTR_ERR(r);
	int err = -EIO;
	if (is_record(r, BLOCK) && r->flags & RECORD_DIRECTORY)
		err = fill(fs, r, (u64)block * BLOCK, e, NULL);
	page_put(page);
	return err;
}

/* A directory that lay too deep: the record here is a file's, and tells where it is. */
static int fetch_child(struct iso *fs, struct iso_entry *e)
{
	struct iso_entry dot;
	int err = iso_dot(fs, e->child, &dot);

	if (err)
		return err;
	e->first = dot.first;
	e->size = dot.size;
	e->ino = dot.ino;
	e->mode = dot.mode;
	e->nlink = dot.nlink;
	e->uid = dot.uid;
	e->gid = dot.gid;
	e->mtime_ns = dot.mtime_ns;
	e->atime_ns = dot.atime_ns;
	e->ctime_ns = dot.ctime_ns;
	return 0;
}

/* Counts the extents of a file from the record at *OFFSET on, to behind which it goes; the first MAX to OUT, unless NULL. */
static int extents(struct iso_node *dir, u64 *offset, u64 *size, struct extent *out, u32 max)
{
	bool more = true;
	u32 n = 0;

	for (*size = 0; more; n++) {
		void *page;
		const struct iso_record *r = record(dir, offset, &page);
		if (!r || IS_ERR(r))
			return r ? PTR_ERR(r) : -EIO;
		struct extent x = extent_of(r);
		bool bad = n == max;
		more = r->flags & RECORD_MORE;
		if (out)
			bad |= r->unit || r->gap || (more && x.bytes % BLOCK) || !iso_fits(dir->fs, &x);
		*offset += r->length;
		*size += x.bytes;
		page_put(page);
		if (bad)
			return -EIO;
		if (out)
			out[n] = x;
	}
	return n;
}

bool iso_fits(const struct iso *fs, const struct extent *x)
{
	return !x->bytes || (u64)x->block * BLOCK_SECTORS + (x->bytes + 511UL) / 512 <= fs->disk->sectors;
}

int iso_extents(struct iso_node *dir, const struct iso_entry *e, struct extent *out)
{
	u64 offset = e->offset, size;

	if (S_ISDIR(e->mode)) {
		*out = e->first;
		return iso_fits(dir->fs, out) ? 0 : -EIO;
	}
	int n = extents(dir, &offset, &size, out, e->extents);
	return n < 0 ? n : n == e->extents && size == e->size ? 0 : -EIO;
}

int iso_entry(struct iso_node *dir, u64 offset, struct iso_entry *e, char *target)
{
	do {
		void *page;
		const struct iso_record *r = record(dir, &offset, &page);
		if (!r || IS_ERR(r))
			return PTR_ERR(r);
		int err = fill(dir->fs, r, (u64)dir->extents->block * BLOCK + offset, e, target);
		bool more = r->flags & RECORD_MORE;
		e->offset = offset;
		offset += r->length;
		page_put(page);
		if (!err && more) {
			offset = e->offset;
			err = extents(dir, &offset, &e->size, NULL, MAX_EXTENTS);
			e->extents = err;
		}
		if (err >= 0 && e->child)
			err = fetch_child(dir->fs, e);
		if (err < 0)
			return err;
		e->next = offset;
	} while (e->hidden);
	return 1;
}
