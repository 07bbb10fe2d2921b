#include "file.h"

#define ST_RDONLY	1
#define ST_RELATIME	0x1000
#define ST_VALID	0x20
#define PIPEFS_MAGIC	0x50495045
#define SOCKFS_MAGIC	0x534f434b

static int statfs_of(struct vnode *v, struct statfs *st)
{
	struct mount *m = v->mount;

	*st = (struct statfs){ .f_type = m ? m->magic : S_ISSOCK(v->mode) ? SOCKFS_MAGIC : PIPEFS_MAGIC, .f_bsize = PAGE_SIZE, .f_frsize = PAGE_SIZE,
		.f_namelen = NAME_MAX, .f_flags = ST_VALID | ST_RELATIME };
	if (!m)
		return 0;
	st->f_fsid[0] = m->dev;
	st->f_blocks = m->blocks;
	if (m->readonly) {
		st->f_flags |= ST_RDONLY;
		st->f_files = m->inodes;
	} else if (m->root->ops->create) {
		st->f_blocks = st->f_files = RAM_LIMIT;
		st->f_bfree = st->f_bavail = RAM_LIMIT - m->blocks;
		st->f_ffree = RAM_LIMIT - m->inodes;
	}
	return m->file_system && m->file_system->statfs ? m->file_system->statfs(m, st) : 0;
}

long sys_statfs(const char *path, struct statfs *st)
{
	KERNEL_LOCK();
	PATH_VAR(p);
	int err = at_walk(AT_FDCWD, path, 0, 0, &p);
	if (err)
		return err;
	CHECK_WRITE(st, sizeof(*st));
	return statfs_of(p.v, st);
}
SYSCALL(137, statfs, FULL);

long sys_fstatfs(int fd, struct statfs *st)
{
	KERNEL_LOCK();
	FD_ANY(f, fd);
	CHECK_WRITE(st, sizeof(*st));
	return statfs_of(f->vnode, st);
}
SYSCALL(138, fstatfs, FULL);
