/* Volume descriptors (ECMA-119 8), options, and the type that is mounted. */
#include "iso9660.h"
#include "module.h"

#define ISOFS_MAGIC		0x9660	/* ISOFS_SUPER_MAGIC of Linux */
#define FIRST_DESCRIPTOR	16
#define LAST_DESCRIPTOR		100	/* of those that are looked at, as Linux does */
#define MIN_BUCKETS		64
#define MAX_BUCKETS		8192
#define MEDIUM_INO		~0UL	/* no record has it */

enum { PRIMARY = 1, SUPPLEMENTARY = 2, TERMINATOR = 255 };

struct volume_descriptor {
	u8 type;
	char id[5];
	u8 version, flags;
	char system[32], volume[32];
	u8 unused[8];
	u32 blocks, blocks_be;
	u8 escapes[32];
	u16 set_size, set_size_be, sequence, sequence_be;
	u16 block_size, block_size_be;
	u32 path_table_size, path_table_size_be, path_tables[4];
	struct iso_record root;
} __attribute__((packed));
_Static_assert(offsetof(struct volume_descriptor, root) == 156, "volume descriptor of ECMA-119");

/* Where the directory trees are. */
struct volume {
	u32 root, blocks;	/* 0: none */
	u32 joliet_root;
};

struct options {
	bool norock, nojoliet;
	u32 file_mode, dir_mode;
};

/* An octal number that ends the option, or -1. */
static s32 octal(const char *s, size_t n)
{
	s32 mode = 0;

	for (size_t i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '7' || mode > 0777)
			return -1;
		mode = mode * 8 + s[i] - '0';
	}
	return n ? mode : -1;
}

static bool option(struct options *o, const char *s, size_t n)
{
	s32 mode;

	if (n == 6 && !memcmp(s, "norock", n))
		o->norock = true;
	else if (n == 8 && !memcmp(s, "nojoliet", n))
		o->nojoliet = true;
	else if (n > 5 && !memcmp(s, "mode=", 5) && (mode = octal(s + 5, n - 5)) >= 0)
		o->file_mode = mode;
	else if (n > 6 && !memcmp(s, "dmode=", 6) && (mode = octal(s + 6, n - 6)) >= 0)
		o->dir_mode = mode;
	else
		return n == 0;
	return true;
}

static int options_read(struct options *o, const char *s)
{
	*o = (struct options){ .file_mode = 0555, .dir_mode = 0555 };
	for (;;) {
		size_t n = 0;
		while (s[n] && s[n] != ',')
			n++;
		if (!option(o, s, n))
			return -EINVAL;
		if (!s[n])
			return 0;
		s += n + 1;
	}
}

/* Joliet says so with the escape sequences of UCS-2 levels 1 to 3. */
static bool is_joliet(const struct volume_descriptor *d)
{
	return d->type == SUPPLEMENTARY && d->escapes[0] == '%' && d->escapes[1] == '/' &&
		(d->escapes[2] == '@' || d->escapes[2] == 'C' || d->escapes[2] == 'E');
}

static int descriptors_read(struct iso *fs, struct volume *v)
{
	*v = (struct volume){ 0 };
	for (u32 i = FIRST_DESCRIPTOR; i < LAST_DESCRIPTOR; i++) {
		void *page;
		const struct volume_descriptor *d = iso_block(fs, i, &page);
		if (IS_ERR(d))
			return v->root ? 0 : PTR_ERR(d);
		u32 root = d->root.block + d->root.attribute_blocks;
		bool end = d->type == TERMINATOR || memcmp(d->id, "CD001", 5);
		bool usable = !end && d->block_size == BLOCK;
		if (usable && d->type == PRIMARY && !v->root) {
			v->root = root;
			v->blocks = d->blocks;
		} else if (usable && is_joliet(d)) {
			v->joliet_root = root;
		}
		page_put(page);
		if (end)
			break;
	}
	return v->root ? 0 : -EINVAL;
}

/* Whether the root's own record says that there is Rock Ridge. Its SUSP fields follow those of CD-ROM XA, where there are any. */
static bool find_rock_ridge(struct iso *fs, u32 root, struct iso_entry *e)
{
	static const u8 skips[] = { 0, 14 };

	fs->rock_ridge = true;
	for (u32 i = 0; i < array_len(skips); i++) {
		fs->skip = skips[i];
		if (!iso_dot(fs, root, e) && e->susp && e->rock_ridge)
			return true;
	}
	fs->rock_ridge = false;
	fs->skip = 0;
	return false;
}

/* Decides for a tree, and reads its root's entry. */
static int tree_choose(struct iso *fs, const struct options *o, const struct volume *v, struct iso_entry *e)
{
	if (!o->norock && find_rock_ridge(fs, v->root, e)) {
		fs->skip = e->skip;
		return 0;
	}
	fs->joliet = v->joliet_root && !o->nojoliet;
	return iso_dot(fs, fs->joliet ? v->joliet_root : v->root, e);
}

static int medium_make(struct iso *fs)
{
	u32 buckets = MIN_BUCKETS;

	while (buckets < MAX_BUCKETS && (u64)buckets * 8 * BLOCK_SECTORS < fs->disk->sectors)
		buckets *= 2;
	if (!(fs->nodes = kzalloc(buckets * sizeof(*fs->nodes))))
		return -ENOMEM;
	fs->buckets = buckets;
	if (!(fs->medium = iso_node_new(fs, &iso_dir_ops, 0)))
		return -ENOMEM;
	fs->medium->v.refs = 1;
	fs->medium->v.ino = MEDIUM_INO;
	fs->medium->v.size = fs->disk->sectors / BLOCK_SECTORS * BLOCK;
	iso_node_add(fs->medium);
	return 0;
}

static int root_make(struct iso *fs, struct mount *m, const struct iso_entry *e)
{
	if (!iso_fits(fs, &e->first))
		return -EINVAL;
	struct iso_node *n = iso_node_new(fs, &iso_dir_ops, 1);
	if (!n)
		return -ENOMEM;
	n->extents[0] = e->first;
	iso_node_set(n, m, e);
	n->v.refs = 1;
	iso_node_add(n);
	m->root = fs->root = &n->v;
	return 0;
}

static int mount(struct mount *m, struct block_device *disk, const char *text)
{
	struct options o;
	struct volume v;
	struct iso_entry e;
	int err = options_read(&o, text);

	if (err)
		return err;
	struct iso *fs = kzalloc(sizeof(*fs));
	if (!fs)
		return -ENOMEM;
	fs->disk = disk;
	fs->file_mode = o.file_mode;
	fs->dir_mode = o.dir_mode;
	if ((err = medium_make(fs)) || (err = descriptors_read(fs, &v)) || (err = tree_choose(fs, &o, &v, &e)) ||
	    (err = root_make(fs, m, &e))) {
		iso_free(fs);
		return err == -EIO ? -EINVAL : err;
	}
	m->readonly_always = true;
	m->blocks = v.blocks;
	fs->next = iso_mounts;
	iso_mounts = fs;
	return 0;
}

static int statfs(struct mount *m, struct statfs *st)
{
	st->f_bsize = st->f_frsize = BLOCK;
	return 0;
}

static struct file_system type = {
	.name = "iso9660", .magic = ISOFS_MAGIC, .on_disk = true, .mount = mount, .statfs = statfs, .reclaim = iso_reclaim,
};

static int iso9660_start(void)
{
	return file_system_register(&type);
}

static void iso9660_stop(void)
{
	file_system_unregister(&type);
}
MODULE_INIT(iso9660_start, iso9660_stop);
MODULE_ALIAS("fs-iso9660");
PART(iso9660_fs);
