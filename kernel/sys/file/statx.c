#include "file.h"

#define STATX_BASIC_STATS	0x7ff
#define STATX_BTIME		0x800
#define STATX_MNT_ID		0x1000
#define STATX_ATTR_MOUNT_ROOT	0x2000

static struct statx_timestamp stamp(struct timespec t)
{
	return (struct statx_timestamp){ .tv_sec = t.tv_sec, .tv_nsec = t.tv_nsec };
}

long sys_statx(int dirfd, const char *path, int flags, u32 mask, struct statx *user)
{
	struct stat st;

	KERNEL_LOCK();
	if (mask & 0x80000000 || (flags & AT_STATX_SYNC_TYPE) == AT_STATX_SYNC_TYPE)
		return -EINVAL;
	PATH_VAR(p);
	int err = stat_walk(dirfd, path, flags, &p, &st);
	if (err)
		return err;
	CHECK_WRITE(user, sizeof(*user));
	*user = (struct statx){
		.stx_mask = STATX_BASIC_STATS | STATX_MNT_ID, .stx_attributes_mask = STATX_ATTR_MOUNT_ROOT, .stx_blksize = st.st_blksize, .stx_nlink = st.st_nlink,
		.stx_uid = st.st_uid, .stx_gid = st.st_gid, .stx_mode = st.st_mode, .stx_ino = st.st_ino,
		.stx_size = st.st_size, .stx_blocks = st.st_blocks,
		.stx_atime = stamp(st.st_atim), .stx_ctime = stamp(st.st_ctim), .stx_mtime = stamp(st.st_mtim),
		.stx_rdev_major = DEV_MAJOR(st.st_rdev), .stx_rdev_minor = DEV_MINOR(st.st_rdev),
		.stx_mnt_id = st.st_dev,	/* as in mountinfo */
		.stx_dev_major = DEV_MAJOR(st.st_dev), .stx_dev_minor = DEV_MINOR(st.st_dev),
	};
	if (p.v->mount && p.v->mount->root == p.v)
		user->stx_attributes = STATX_ATTR_MOUNT_ROOT;
	if (mask & STATX_BTIME && p.v->birth_ns) {	/* as tmpfs: only who asks for it is told */
		user->stx_mask |= STATX_BTIME;
		user->stx_btime = (struct statx_timestamp){ p.v->birth_ns / 1000000000, p.v->birth_ns % 1000000000 };
	}
	return 0;
}
SYSCALL(332, statx, PARTIAL("time of birth of files in memory only; of attributes STATX_ATTR_MOUNT_ROOT"));
