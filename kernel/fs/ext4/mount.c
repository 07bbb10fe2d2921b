/* The superblock, options, and the type that is mounted. */
#include "ext4.h"
#include "module.h"

#define VALID		1	/* of the state */
#define ERRORS		2
#define TICK		(5UL * 1000000000)

MODULE_ALIAS("fs-ext4");

static struct ext4 *mounts;

/* Words that Linux's has and that make no difference here. */
static const char *const accepted[] = {
	"errors=remount-ro", "errors=continue", "data=ordered", "barrier", "barrier=1", "user_xattr", "acl", "delalloc", "nodelalloc", "discard", "nodiscard", NULL,
};

static int options_check(const char *s)
{
	while (*s) {
		size_t n = 0;
		const char *const *a = accepted;
		while (s[n] && s[n] != ',')
			n++;
		while (n && *a && (strlen(*a) != n || memcmp(s, *a, n)))
			a++;
		if (n && !*a)
			return -EINVAL;
		s += s[n] ? n + 1 : n;
	}
	return 0;
}

static int refuse(struct ext4 *fs, int err, const char *why, u32 which)
{
	kprintf("ext4 on %s: %s (%x)\n", fs->mount->path, why, which);
	return err;
}

static int features(struct ext4 *fs, const u8 *sb, bool write)
{
	u32 compat = LE32(sb, 0x5c);

	fs->incompat = LE32(sb, 0x60);
	fs->ro_compat = LE32(sb, 0x64);
	if (LE32(sb, 0x4c) < 1)
		return refuse(fs, -EINVAL, "it is of revision 0", 0);
	if (fs->incompat & ~INCOMPAT_KNOWN)
		return refuse(fs, -EINVAL, "it has features that are not known here", fs->incompat & ~INCOMPAT_KNOWN);
	if (!write)
		return 0;
	if (fs->ro_compat & ~RO_KNOWN)
		return refuse(fs, -EINVAL, "it has features with which it can only be read here, mount it ro", fs->ro_compat & ~RO_KNOWN);
	if (!(compat & COMPAT_JOURNAL) || LE32(sb, 0xe0) != 8)
		return refuse(fs, -EINVAL, "it has no journal and can only be read here, mount it ro", compat);
	if (LE16(sb, 0x3a) & ERRORS)
		return refuse(fs, -EUCLEAN, "it has errors, which e2fsck repairs; mount it ro to read it", LE16(sb, 0x3a));
	return 0;
}

static bool power_of_two(u32 n) { return n && !(n & (n - 1)); }

/* What the superblock says of sizes, as far as it can be so. */
static int geometry(struct ext4 *fs, const u8 *sb)
{
	u64 blocks = LE32(sb, 0x4) | (fs->incompat & INCOMPAT_64BIT ? (u64)LE32(sb, 0x150) << 32 : 0);

	fs->log_size = LE32(sb, 0x18);
	if (fs->log_size > 2)
		return refuse(fs, -EINVAL, "its blocks are larger than 4096 bytes", fs->log_size);
	fs->block_size = 1024 << fs->log_size;
	fs->inodes = LE32(sb, 0x0);
	fs->first_data = LE32(sb, 0x14);
	fs->blocks_per_group = LE32(sb, 0x20);
	fs->inodes_per_group = LE32(sb, 0x28);
	fs->inode_size = LE16(sb, 0x58);
	fs->desc_size = fs->incompat & INCOMPAT_64BIT ? LE16(sb, 0xfe) : 32;
	fs->blocks = blocks;
	if (fs->first_data != (fs->log_size == 0) || !power_of_two(fs->inode_size) || fs->inode_size < 128 || fs->inode_size > fs->block_size ||
	    !power_of_two(fs->desc_size) || fs->desc_size < 32 || fs->desc_size > fs->block_size ||
	    !fs->blocks_per_group || fs->blocks_per_group > fs->block_size * 8 || fs->blocks_per_group % 8 ||
	    !fs->inodes_per_group || fs->inodes_per_group > fs->block_size * 8 || fs->inodes_per_group % 8 || LE32(sb, 0x1c) != LE32(sb, 0x18))
		return -EUCLEAN;
	if (blocks <= fs->first_data + 1 || blocks > 1UL << 48 || blocks > fs->disk->sectors >> (fs->log_size + 1))
		return refuse(fs, -EUCLEAN, "it is larger than its disk", 0);
	u64 groups = (blocks - fs->first_data + fs->blocks_per_group - 1) / fs->blocks_per_group;
	if (groups > 1u << 24 || fs->inodes != groups * fs->inodes_per_group || fs->inodes < 11)
		return -EUCLEAN;
	fs->groups = groups;
	return 0;
}

static int super_check(struct ext4 *fs, const u8 *sb, bool write)
{
	if (LE16(sb, 0x38) != EXT4_MAGIC)
		return -EINVAL;
	int err = features(fs, sb, write);
	if (err)
		return err;
	if (ext4_csums(fs) && (sb[0x175] != 1 || LE32(sb, 0x3fc) != ext4_crc32c(~0u, sb, 0x3fc)))
		return refuse(fs, -EUCLEAN, "the checksum of its superblock is wrong", LE32(sb, 0x3fc));
	fs->seed = fs->incompat & INCOMPAT_CSUM_SEED ? LE32(sb, 0x270) : ext4_crc32c(~0u, sb + 0x68, 16);
	return geometry(fs, sb);
}

/* Read before anything else is known. */
static int super_read(struct ext4 *fs, bool write)
{
	u8 *buf = kmalloc(PAGE_SIZE);
	int err = !buf ? -ENOMEM : fs->disk->sectors < 8 ? -EINVAL : sectors_read(fs->disk, 2, buf, 1024);

	if (!err)
		err = super_check(fs, buf, write);
	kfree(buf);
	return err;
}

/* Held in memory from now on, as the journal left it. */
static int super_hold(struct ext4 *fs, bool write)
{
	fs->sb_at = fs->block_size == 1024 ? 0 : 1024;
	int err = ext4_buf_get(fs, fs->first_data, &fs->sb_buf);
	return err ? err : super_check(fs, ext4_super(fs), write);
}

/* Whether the journal has something to say, as others find it: before the first change, and after the last. */
static int recover_set(struct ext4 *fs, bool on)
{
	u8 *sb = ext4_super(fs);

	fs->incompat = on ? fs->incompat | INCOMPAT_RECOVER : fs->incompat & ~INCOMPAT_RECOVER;
	SET32(sb, 0x60, fs->incompat);
	if (on) {
		SET32(sb, 0x2c, now_realtime() / 1000000000);	/* the time of the mount, and how many there were */
		SET16(sb, 0x34, LE16(sb, 0x34) + 1);
	}
	SET32(sb, 0x30, now_realtime() / 1000000000);
	ext4_super_sum(fs);
	int err = ext4_write(fs, fs->first_data, fs->sb_buf->data, 1);
	return err ? err : ext4_flush(fs);
}

static void tick(void *arg)
{
	struct ext4 *fs = arg;

	klock();
	while (!fs->ended) {
		wait_on(&fs->tick, now_monotonic() + TICK, false);
		ext4_write_back_all(fs);
		ext4_lock(fs);
		if (!fs->ended && !fs->broken) {
			ext4_reap(fs);
			if (fs->changes && now_monotonic() - fs->begun >= TICK / 2)
				ext4_commit(fs);
		}
		ext4_unlock(fs);
	}
	fs->running = false;
	wake_all(&fs->turn);
	kunlock();
}

static void fs_free(struct ext4 *fs)
{
	void *p;

	for (u64 i = 0; (p = radix_next(&fs->replayed, &i)); i++)
		kfree(p);
	radix_free(&fs->replayed);
	while (fs->dead) {
		struct ext4_node *n = fs->dead;
		fs->dead = n->next;
		kfree(n);
	}
	ext4_busy_free(fs);
	ext4_bufs_free(fs);
	kfree(fs->journal);
	kfree(fs);
}

static int begin(struct ext4 *fs, bool write)
{
	int err = super_read(fs, write);
	bool journal = !err && (write || fs->incompat & INCOMPAT_RECOVER);

	if (err)
		return err;
	if (journal && (err = ext4_journal_open(fs, write)))
		return err;
	ext4_bufs_free(fs);	/* what was read before the journal was */
	if ((err = super_hold(fs, write)) || !write)
		return err;
	if ((err = recover_set(fs, true)))
		return err;
	fs->writable = true;
	if (!(err = ext4_orphans_clear(fs)))
		err = ext4_commit(fs);
	return err;
}

static int mount(struct mount *m, struct block_device *disk, const char *options)
{
	bool write = !m->readonly;
	struct ext4 *fs;
	int err = options_check(options);

	if (err)
		return err;
	if (write && (disk->readonly || !disk->request))
		return disk->readonly ? -EROFS : -EPERM;
	for (fs = mounts; fs; fs = fs->next)
		if (fs->disk == disk)
			return -EBUSY;
	if (!(fs = kzalloc(sizeof(*fs))))
		return -ENOMEM;
	fs->mount = m;
	fs->disk = disk;
	waitq_init(&fs->turn);
	waitq_init(&fs->tick);
	list_init(&fs->changed);
	list_init(&fs->touched);
	list_init(&fs->dirty);
	ext4_lock(fs);
	if (!(err = begin(fs, write)) && !(err = ext4_node_get(fs, ROOT_INO, &m->root)) && !S_ISDIR(m->root->mode)) {
		vnode_put(m->root);
		err = -EUCLEAN;
	}
	ext4_unlock(fs);
	if (err) {
		fs_free(fs);
		return err;
	}
	m->data = fs;
	m->readonly_always = !write;
	fs->next = mounts;
	mounts = fs;
	struct thread *t = write ? thread_create(tick, fs, "ext4") : NULL;
	if (t) {
		thread_hide(t);		/* signals are not for it */
		fs->running = true;
	}
	return 0;
}

/* All is in its place and safe, as far as it can be. */
static void settle(struct ext4 *fs)
{
	ext4_write_back_all(fs);
	ext4_lock(fs);
	if (fs->writable && !fs->broken) {
		ext4_reap_all(fs);
		if (!ext4_journal_close(fs))
			recover_set(fs, false);
		fs->writable = false;
	}
	ext4_unlock(fs);
}

static void unmount(struct mount *m)
{
	struct ext4 *fs = m->data, **at = &mounts;

	settle(fs);
	fs->ended = true;
	wake_all(&fs->tick);
	while (fs->running)
		wait_on(&fs->turn, FOREVER, false);
	while (*at != fs)
		at = &(*at)->next;
	*at = fs->next;
	fs_free(fs);
}

static int ext4_statfs(struct mount *m, struct statfs *st)
{
	struct ext4 *fs = m->data;
	const u8 *sb = ext4_super(fs);
	u64 free = ext4_free_blocks(fs), reserved = LE32(sb, 0x8);

	st->f_bsize = st->f_frsize = fs->block_size;
	st->f_blocks = fs->blocks - fs->first_data;
	st->f_bfree = free;
	st->f_bavail = free > reserved ? free - reserved : 0;
	st->f_files = fs->inodes;
	st->f_ffree = LE32(sb, 0x10);
	st->f_namelen = NAME_MAX;
	return 0;
}

static void sync(bool last)
{
	for (struct ext4 *fs = mounts; fs; fs = fs->next) {
		if (last) {
			settle(fs);
			continue;
		}
		ext4_write_back_all(fs);
		ext4_settle(fs);
	}
}

static u64 reclaim(u64 pages)
{
	u64 freed = 0;

	for (struct ext4 *fs = mounts; fs; fs = fs->next)
		for (u32 i = 0; i < BUCKETS; i++)
			for (struct ext4_node *n = fs->nodes[i]; n && freed < pages; n = n->next)
				freed += pagecache_drop(&n->v);
	return freed;
}

static struct file_system type = {
	.name = "ext4", .magic = EXT4_MAGIC, .on_disk = true, .mount = mount, .unmount = unmount, .statfs = ext4_statfs, .sync = sync, .reclaim = reclaim,
};

static int start(void)
{
	KEEP(map_write_back_anchor);
#ifndef MODULE	/* which would keep signals in every kernel that may load it */
	KEEP(host_signals);		/* who ends the machine lets it write what is in memory (kvmboot/writeback.go) */
#endif
	return file_system_register(&type);
}

static void stop(void) { file_system_unregister(&type); }
MODULE_INIT(start, stop);
PART(ext4);
