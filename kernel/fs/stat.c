/* What stat() tells of a vnode. */
#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"

static struct timespec timespec_of(s64 ns)
{
	s64 part = ns % 1000000000;

	if (part < 0)
		part += 1000000000;
	return (struct timespec){ (ns - part) / 1000000000, part };
}

int vnode_stat(struct vnode *v, struct stat *st)
{
	int err = vnode_refresh(v);

	memset(st, 0, sizeof(*st));
	st->st_dev = v->mount ? v->mount->dev : 12;
	st->st_ino = v->ino;
	st->st_mode = v->mode;
	st->st_nlink = v->nlink;
	st->st_uid = v->uid;
	st->st_gid = v->gid;
	st->st_size = S_ISCHR(v->mode) || S_ISFIFO(v->mode) ? 0 : v->size;
	st->st_rdev = S_ISCHR(v->mode) || (v->mode & S_IFMT) == S_IFBLK ? v->rdev : 0;
	st->st_blksize = 4096;
	st->st_blocks = S_ISREG(v->mode) ? (v->size + 511) / 512 : 0;
	st->st_atim = timespec_of(v->atime_ns);
	st->st_mtim = timespec_of(v->mtime_ns);
	st->st_ctim = timespec_of(v->ctime_ns);
	if (v->ops->stat)
		v->ops->stat(v, st);
	return err;
}
