/* Inodes, and the vnodes of those that are in use. */
#include "ext4.h"

#define MODE		0
#define UID		2
#define SIZE		4
#define ATIME		8
#define CTIME		12
#define MTIME		16
#define DTIME		20
#define GID		24
#define LINKS		26
#define BLOCKS		28
#define FLAGS		32
#define BLOCK		40	/* extents, a device's number, a short link's target */
#define GENERATION	100
#define SIZE_HIGH	108
#define BLOCKS_HIGH	116
#define UID_HIGH	120
#define GID_HIGH	122
#define SUM		124
#define SUM_HIGH	130
#define CTIME_EXTRA	132
#define MTIME_EXTRA	136
#define ATIME_EXTRA	140
#define CRTIME		144
#define CRTIME_EXTRA	148

#define MAX_SECONDS	9223372035L	/* as nanoseconds: the year 2262 */

#define LAST_ORPHAN	0xe8	/* of the superblock */

u32 ext4_inode_seed(struct ext4 *fs, u32 ino, u32 generation)
{
	return ext4_crc32c(ext4_crc32c(fs->seed, &ino, 4), &generation, 4);
}

static bool has(const struct ext4 *fs, const u8 *raw, u32 at)
{
	return fs->inode_size > 128 && INODE_EXTRA + LE16(raw, INODE_EXTRA) >= at + 4;
}

static u32 inode_sum(struct ext4 *fs, u32 ino, const u8 *raw)
{
	static const u8 none[2];
	u32 sum = ext4_inode_seed(fs, ino, LE32(raw, GENERATION));

	sum = ext4_crc32c(sum, raw, SUM);
	sum = ext4_crc32c(sum, none, 2);
	sum = ext4_crc32c(sum, raw + SUM + 2, 128 - SUM - 2);
	if (fs->inode_size == 128)
		return sum;
	sum = ext4_crc32c(sum, raw + 128, 2);
	bool high = LE16(raw, INODE_EXTRA) >= 4;
	sum = ext4_crc32c(sum, high ? none : raw + SUM_HIGH, 2);
	return ext4_crc32c(sum, raw + SUM_HIGH + 2, fs->inode_size - SUM_HIGH - 2);
}

void ext4_inode_sum(struct ext4 *fs, u32 ino, u8 *raw)
{
	if (!ext4_csums(fs))
		return;
	u32 sum = inode_sum(fs, ino, raw);
	SET16(raw, SUM, sum);
	if (fs->inode_size > 128 && LE16(raw, INODE_EXTRA) >= 4)
		SET16(raw, SUM_HIGH, sum >> 16);
}

static bool sum_right(struct ext4 *fs, u32 ino, const u8 *raw)
{
	u32 have = LE16(raw, SUM);
	bool high = fs->inode_size > 128 && LE16(raw, INODE_EXTRA) >= 4;

	if (!ext4_csums(fs))
		return true;
	if (high)
		have |= (u32)LE16(raw, SUM_HIGH) << 16;
	u32 sum = inode_sum(fs, ino, raw);
	return have == (high ? sum : sum & 0xffff);
}

int ext4_inode_buf(struct ext4 *fs, u32 ino, struct ext4_buf **b, u8 **raw)
{
	struct ext4_buf *d;
	u8 *desc;

	if (!ino || ino > fs->inodes)
		return -EUCLEAN;
	int err = ext4_group(fs, (ino - 1) / fs->inodes_per_group, &d, &desc);
	if (err)
		return err;
	u64 at = (u64)((ino - 1) % fs->inodes_per_group) * fs->inode_size;
	u64 block = ext4_group_field(fs, desc, 0x8, 0x28) + at / fs->block_size;
	ext4_buf_put(d);
	if (!ext4_valid(fs, block, 1))
		return -EUCLEAN;
	if ((err = ext4_buf_get(fs, block, b)))
		return err;
	*raw = (*b)->data + at % fs->block_size;
	return 0;
}

static u64 time_get(struct ext4 *fs, const u8 *raw, u32 at, u32 extra)
{
	u32 more = has(fs, raw, extra) ? LE32(raw, extra) : 0;
	s64 seconds = (s64)(s32)LE32(raw, at) + ((s64)(more & 3) << 32);

	return min(seconds, MAX_SECONDS) * 1000000000 + min(more >> 2, 999999999u);
}

static void time_set(struct ext4 *fs, u8 *raw, u32 at, u32 extra, s64 ns)
{
	s64 part = ns % 1000000000, seconds = ns / 1000000000;

	if (part < 0) {
		part += 1000000000;
		seconds--;
	}
	SET32(raw, at, seconds);
	if (has(fs, raw, extra))
		SET32(raw, extra, ((u64)(seconds - (s32)seconds) >> 32 & 3) | part << 2);
}

static struct ext4_node **bucket(struct ext4 *fs, u32 ino) { return &fs->nodes[ino % BUCKETS]; }

static const struct vnode_ops *ops_of(u32 mode)
{
	return S_ISREG(mode) ? &ext4_file_ops : S_ISDIR(mode) ? &ext4_dir_ops : S_ISLNK(mode) ? &ext4_link_ops : &ext4_special_ops;
}

static u64 device_get(const u8 *raw)
{
	u32 old = LE32(raw, BLOCK), new = LE32(raw, BLOCK + 4);

	if (old)
		return MAKEDEV(old >> 8 & 0xff, old & 0xff);
	return MAKEDEV(new >> 8 & 0xfff, (new & 0xff) | (new >> 12 & 0xfff00));
}

static void device_set(u8 *raw, u64 rdev)
{
	u32 major = DEV_MAJOR(rdev), minor = DEV_MINOR(rdev);

	if (major < 256 && minor < 256)
		SET32(raw, BLOCK, major << 8 | minor);
	else
		SET32(raw, BLOCK + 4, (minor & 0xff) | major << 8 | (minor & ~0xffu) << 12);
}

/* Attributes of what is on the disk. */
static int load(struct ext4_node *n, const u8 *raw)
{
	struct ext4 *fs = n->fs;
	struct vnode *v = &n->v;
	u64 most = n->flags & EXTENTS_FL ? 1UL << (32 + 10 + fs->log_size - 1) : 1UL << 41;

	v->mode = LE16(raw, MODE);
	v->uid = LE16(raw, UID) | (u32)LE16(raw, UID_HIGH) << 16;
	v->gid = LE16(raw, GID) | (u32)LE16(raw, GID_HIGH) << 16;
	v->nlink = LE16(raw, LINKS);
	v->size = LE32(raw, SIZE) | (S_ISREG(v->mode) ? (u64)LE32(raw, SIZE_HIGH) << 32 : 0);
	v->atime_ns = time_get(fs, raw, ATIME, ATIME_EXTRA);
	v->mtime_ns = time_get(fs, raw, MTIME, MTIME_EXTRA);
	v->ctime_ns = time_get(fs, raw, CTIME, CTIME_EXTRA);
	v->birth_ns = has(fs, raw, CRTIME) ? time_get(fs, raw, CRTIME, CRTIME_EXTRA) : 0;
	n->blocks = LE32(raw, BLOCKS) | (u64)LE16(raw, BLOCKS_HIGH) << 32;
	if (n->flags & HUGE_FILE_FL)
		n->blocks *= fs->block_size / SECTOR;
	if (n->flags & (INLINE_FL | ENCRYPT_FL))
		return -EOPNOTSUPP;
	if (!v->nlink || v->size > most)
		return -EUCLEAN;
	switch (v->mode & S_IFMT) {
	case S_IFDIR:
		return v->size % fs->block_size || !v->size ? -EUCLEAN : 0;
	case S_IFLNK:
		return v->size >= PATH_MAX || !v->size ? -EUCLEAN : 0;
	case S_IFCHR:
	case S_IFBLK:
		v->rdev = device_get(raw);
		return 0;
	case S_IFREG:
	case S_IFIFO:
	case S_IFSOCK:
		return 0;
	}
	return -EUCLEAN;
}

static struct ext4_node *make(struct ext4 *fs, u32 ino)
{
	struct ext4_node *n = kzalloc(sizeof(*n));

	if (!n)
		return NULL;
	n->fs = fs;
	n->v.refs = 1;
	n->v.ino = ino;
	n->v.mount = fs->mount;
	list_init(&n->changed);
	n->goal = fs->first_data + (u64)((ino - 1) / fs->inodes_per_group) * fs->blocks_per_group;
	return n;
}

static void hash(struct ext4_node *n)
{
	struct ext4_node **b = bucket(n->fs, n->v.ino);

	n->v.ops = ops_of(n->v.mode);
	n->next = *b;
	*b = n;
}

int ext4_node_get(struct ext4 *fs, u32 ino, struct vnode **out)
{
	struct ext4_node *n = *bucket(fs, ino);
	struct ext4_buf *b;
	u8 *raw;

	while (n && n->v.ino != ino)
		n = n->next;
	if (n) {
		vnode_get(*out = &n->v);
		return 0;
	}
	int err = ext4_inode_buf(fs, ino, &b, &raw);
	if (err)
		return err;
	if (!(n = make(fs, ino))) {
		ext4_buf_put(b);
		return -ENOMEM;
	}
	n->flags = LE32(raw, FLAGS);
	n->generation = LE32(raw, GENERATION);
	n->seed = ext4_inode_seed(fs, ino, n->generation);
	err = sum_right(fs, ino, raw) ? load(n, raw) : -EUCLEAN;
	ext4_buf_put(b);
	if (err) {
		kfree(n);
		return err;
	}
	hash(n);
	*out = &n->v;
	return 0;
}

int ext4_node_store(struct ext4_node *n)
{
	struct ext4 *fs = n->fs;
	struct vnode *v = &n->v;
	struct ext4_buf *b;
	u8 *raw;
	int err = ext4_inode_buf(fs, v->ino, &b, &raw);

	if (err)
		return err;
	if (!(err = ext4_change(b))) {
		u64 blocks = n->blocks;
		n->flags &= ~HUGE_FILE_FL;
		SET16(raw, MODE, v->mode);
		SET16(raw, UID, v->uid);
		SET16(raw, UID_HIGH, v->uid >> 16);
		SET16(raw, GID, v->gid);
		SET16(raw, GID_HIGH, v->gid >> 16);
		SET16(raw, LINKS, v->nlink);
		SET32(raw, SIZE, v->size);
		if (S_ISREG(v->mode))
			SET32(raw, SIZE_HIGH, v->size >> 32);
		SET32(raw, BLOCKS, blocks);
		SET16(raw, BLOCKS_HIGH, blocks >> 32);
		SET32(raw, FLAGS, n->flags);
		time_set(fs, raw, ATIME, ATIME_EXTRA, v->atime_ns);
		time_set(fs, raw, MTIME, MTIME_EXTRA, v->mtime_ns);
		time_set(fs, raw, CTIME, CTIME_EXTRA, v->ctime_ns);
		ext4_inode_sum(fs, v->ino, raw);
	}
	ext4_buf_put(b);
	return err;
}

int ext4_node_new(struct ext4_node *dir, u32 mode, u64 rdev, struct vnode **out)
{
	struct ext4 *fs = dir->fs;
	struct ext4_buf *b;
	u8 *raw;
	u32 ino;
	int err = ext4_inode_alloc(fs, dir->v.ino, S_ISDIR(mode), &ino);

	if (err || (err = ext4_inode_buf(fs, ino, &b, &raw)))
		return err;
	for (struct ext4_node *k = *bucket(fs, ino); k && !err; k = k->next)
		if (k->v.ino == ino)	/* it is in use, whatever the bitmap says */
			err = -EUCLEAN;
	if (err) {
		ext4_buf_put(b);
		return err;
	}
	struct ext4_node *n = (err = ext4_change(b)) ? NULL : make(fs, ino);
	if (!n) {
		ext4_buf_put(b);
		return err ? err : -ENOMEM;
	}
	n->generation = now_realtime() ^ ino * 2654435761u;
	n->seed = ext4_inode_seed(fs, ino, n->generation);
	n->v.mode = mode;
	n->v.nlink = S_ISDIR(mode) ? 2 : 1;
	n->v.rdev = rdev;
	n->v.birth_ns = n->v.atime_ns = n->v.mtime_ns = n->v.ctime_ns = now_realtime();
	vnode_own(&dir->v, &n->v);
	memset(raw, 0, fs->inode_size);
	if (fs->inode_size > 128)
		SET16(raw, INODE_EXTRA, min(fs->inode_size - 128, 32u));
	SET32(raw, GENERATION, n->generation);
	if (has(fs, raw, CRTIME))
		time_set(fs, raw, CRTIME, CRTIME_EXTRA, n->v.birth_ns);
	if (S_ISREG(mode) || S_ISDIR(mode)) {
		n->flags = EXTENTS_FL;
		SET16(raw, BLOCK, 0xf30a);
		SET16(raw, BLOCK + 4, 4);
	} else if (S_ISCHR(mode) || (mode & S_IFMT) == S_IFBLK) {
		device_set(raw, rdev);
	}
	ext4_buf_put(b);
	if ((err = ext4_node_store(n))) {
		kfree(n);
		return err;
	}
	hash(n);
	*out = &n->v;
	return 0;
}

/* What an operation that failed did to N in memory is undone, too. */
static void reload(struct vnode *v)
{
	struct ext4_node *n = v ? ext4_node(v) : NULL;
	struct ext4_buf *b;
	u8 *raw;

	if (!n || !v->nlink || ext4_inode_buf(n->fs, v->ino, &b, &raw))
		return;
	struct vnode old = *v;
	n->flags = LE32(raw, FLAGS);
	load(n, raw);
	v->mode = (old.mode & S_IFMT) | (v->mode & 07777);	/* V's operations are of that kind */
	v->atime_ns = old.atime_ns;
	ext4_buf_put(b);
}

int ext4_done(struct ext4 *fs, int err, struct vnode *a, struct vnode *b)
{
	if (ext4_undo(fs, err)) {
		reload(a);
		reload(b);
	}
	return ext4_end(fs, err);
}

void ext4_node_release(struct vnode *v)
{
	struct ext4_node *n = ext4_node(v), **at = bucket(n->fs, v->ino);
	void *p;

	for (u64 i = 0; (p = radix_next(&v->pages, &i)); i++)
		page_put(p);
	radix_free(&v->pages);
	while (*at && *at != n)
		at = &(*at)->next;
	if (*at)
		*at = n->next;
	if (n->lost) {
		n->next = n->fs->dead;
		n->fs->dead = n;
	} else {
		kfree(n);
	}
}

/* --- files without names ------------------------------------------------- */

int ext4_orphan_add(struct ext4_node *n)
{
	struct ext4 *fs = n->fs;
	struct ext4_buf *b;
	u8 *raw;
	int err = ext4_super_change(fs);

	if (err || (err = ext4_node_store(n)) || (err = ext4_inode_buf(fs, n->v.ino, &b, &raw)))
		return err;
	if (!(err = ext4_change(b))) {
		SET32(raw, DTIME, LE32(ext4_super(fs), LAST_ORPHAN));
		ext4_inode_sum(fs, n->v.ino, raw);
		SET32(ext4_super(fs), LAST_ORPHAN, n->v.ino);
		ext4_super_sum(fs);
	}
	ext4_buf_put(b);
	return err;
}

/* The list goes around INO, whose successor is NEXT. */
static int orphan_remove(struct ext4 *fs, u32 ino, u32 next)
{
	u32 at = LE32(ext4_super(fs), LAST_ORPHAN), steps = 0;
	struct ext4_buf *b;
	u8 *raw;
	int err = ext4_super_change(fs);

	if (!err && at == ino) {
		SET32(ext4_super(fs), LAST_ORPHAN, next);
		ext4_super_sum(fs);
		return 0;
	}
	while (!err && at && steps++ < fs->inodes) {
		if ((err = ext4_inode_buf(fs, at, &b, &raw)))
			return err;
		u32 after = LE32(raw, DTIME);
		if (after == ino && !(err = ext4_change(b))) {
			SET32(raw, DTIME, next);
			ext4_inode_sum(fs, at, raw);
			ext4_buf_put(b);
			return 0;
		}
		ext4_buf_put(b);
		at = after;
	}
	return err ? err : -EUCLEAN;
}

/* N gets a name after all. */
int ext4_orphan_name(struct ext4_node *n)
{
	struct ext4_buf *b;
	u8 *raw;
	int err = ext4_inode_buf(n->fs, n->v.ino, &b, &raw);

	if (err)
		return err;
	if (!(err = orphan_remove(n->fs, n->v.ino, LE32(raw, DTIME))) && !(err = ext4_change(b))) {
		SET32(raw, DTIME, 0);
		ext4_inode_sum(n->fs, n->v.ino, raw);
	}
	ext4_buf_put(b);
	return err;
}

static bool has_blocks(const struct ext4_node *n)
{
	return S_ISREG(n->v.mode) || S_ISDIR(n->v.mode) || (S_ISLNK(n->v.mode) && n->flags & EXTENTS_FL);
}

/* N has no name and no user. */
static int delete(struct ext4_node *n)
{
	struct ext4 *fs = n->fs;
	struct ext4_buf *b;
	u8 *raw;
	int err = ext4_inode_buf(fs, n->v.ino, &b, &raw);

	if (err)
		return err;
	u32 next = LE32(raw, DTIME);
	u64 attributes = LE32(raw, INODE_FILE_ACL) | (u64)LE16(raw, INODE_ACL_HIGH) << 32;
	if (!(err = ext4_change(b)) && has_blocks(n))
		err = ext4_cut(n, 0);
	if (!err && !(err = ext4_xattr_free(n, attributes)) && !(err = orphan_remove(fs, n->v.ino, next))) {
		n->v.size = 0;
		n->blocks = 0;
		err = ext4_node_store(n);
		SET32(raw, DTIME, now_realtime() / 1000000000);
		SET32(raw, INODE_FILE_ACL, 0);
		SET16(raw, INODE_ACL_HIGH, 0);
		ext4_inode_sum(fs, n->v.ino, raw);
	}
	ext4_buf_put(b);
	return err ? err : ext4_inode_free(fs, n->v.ino, S_ISDIR(n->v.mode));
}

void ext4_reap(struct ext4 *fs)
{
	while (fs->dead) {
		struct ext4_node *n = fs->dead;
		fs->dead = n->next;
		if (fs->changes > ext4_journal_room(fs) / 2)
			ext4_commit(fs);
		if (fs->writable && !fs->broken && ext4_undo(fs, delete(n)) == -EUCLEAN)
			ext4_break(fs, "a removed file contradicts itself");
		kfree(n);
	}
}

/* The machine ends: nobody has any any more. */
void ext4_reap_all(struct ext4 *fs)
{
	ext4_reap(fs);
	for (u32 i = 0; i < BUCKETS; i++)
		for (struct ext4_node *n = fs->nodes[i]; n; n = n->next)
			if (n->lost && !fs->broken && !ext4_undo(fs, delete(n)))
				n->lost = false;
}

/* A machine ended while it had files without names, or was about to cut some. */
int ext4_orphans_clear(struct ext4 *fs)
{
	u32 ino, steps = 0;

	while ((ino = LE32(ext4_super(fs), LAST_ORPHAN))) {
		struct ext4_buf *b;
		u8 *raw;
		int err = steps++ > fs->inodes ? -EUCLEAN : ext4_inode_buf(fs, ino, &b, &raw);
		if (err)
			return err;
		bool removed = !LE16(raw, LINKS);
		u32 next = LE32(raw, DTIME);
		if (removed) {
			struct ext4_node *n = make(fs, ino);
			if (n) {
				n->flags = LE32(raw, FLAGS);
				n->generation = LE32(raw, GENERATION);
				n->seed = ext4_inode_seed(fs, ino, n->generation);
				load(n, raw);
				n->v.nlink = 0;
				err = ext4_undo(fs, delete(n));
				kfree(n);
			} else {
				err = -ENOMEM;
			}
		} else {
			struct vnode *v;
			if (!(err = ext4_node_get(fs, ino, &v))) {
				struct ext4_node *n = ext4_node(v);
				err = S_ISREG(v->mode) ? ext4_cut(n, (v->size + fs->block_size - 1) / fs->block_size) : 0;
				if (!err && !(err = orphan_remove(fs, ino, next)) && !(err = ext4_change(b))) {
					SET32(raw, DTIME, 0);
					err = ext4_node_store(n);
				}
				ext4_undo(fs, err);
				vnode_put(v);
			}
		}
		ext4_buf_put(b);
		if (!err && fs->changes > ext4_journal_room(fs) / 2)
			err = ext4_commit(fs);
		if (err)
			return err;
	}
	return 0;
}

/* --- attributes ---------------------------------------------------------- */

static int refresh(struct vnode *v) { return 0; }

int ext4_setattr(struct vnode *v, const struct vnode_change *c)
{
	struct ext4_node *n = ext4_node(v);
	struct vnode old = *v;
	int err = ext4_begin(n->fs);

	if (err)
		return err;
	u64 now = now_realtime();
	if (c->valid & ATTR_MODE)
		v->mode = (v->mode & S_IFMT) | (c->mode & 07777);
	if (c->valid & ATTR_UID)
		v->uid = c->uid;
	if (c->valid & ATTR_GID)
		v->gid = c->gid;
	if (c->valid & ATTR_ATIME)
		v->atime_ns = c->valid & ATTR_ATIME_SET ? c->atime.tv_sec * 1000000000 + c->atime.tv_nsec : now;
	if (c->valid & ATTR_MTIME)
		v->mtime_ns = c->valid & ATTR_MTIME_SET ? c->mtime.tv_sec * 1000000000 + c->mtime.tv_nsec : now;
	v->ctime_ns = now;
	if ((err = ext4_end(n->fs, ext4_node_store(n)))) {
		v->mode = old.mode;
		v->uid = old.uid;
		v->gid = old.gid;
		v->atime_ns = old.atime_ns;
		v->mtime_ns = old.mtime_ns;
		v->ctime_ns = old.ctime_ns;
	}
	return err;
}

const struct shared_ops ext4_shared = {
	.refresh = refresh, .setattr = ext4_setattr, .sync = ext4_sync, .readdir = ext4_dir_readdir, .write_back = ext4_write_back, .allocate = ext4_allocate, .xattrs = &ext4_xattrs, .alone = true,
};
