#include "file.h"

#define STATX_BASIC_STATS 0x7ff
#define STATX_MNT_ID 0x1000

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
	int err = stat_at(dirfd, path, flags, &st);
	if (err)
		return err;
	CHECK_WRITE(user, sizeof(*user));
	*user = (struct statx){
		.stx_mask = STATX_BASIC_STATS | STATX_MNT_ID, .stx_blksize = st.st_blksize, .stx_nlink = st.st_nlink,
		.stx_uid = st.st_uid, .stx_gid = st.st_gid, .stx_mode = st.st_mode, .stx_ino = st.st_ino,
		.stx_size = st.st_size, .stx_blocks = st.st_blocks,
		.stx_atime = stamp(st.st_atim), .stx_ctime = stamp(st.st_ctim), .stx_mtime = stamp(st.st_mtim),
		.stx_rdev_major = DEV_MAJOR(st.st_rdev), .stx_rdev_minor = DEV_MINOR(st.st_rdev),
		.stx_mnt_id = st.st_dev,	/* as in mountinfo */
		.stx_dev_major = DEV_MAJOR(st.st_dev), .stx_dev_minor = DEV_MINOR(st.st_dev),
	};
	return 0;
}
SYSCALL(332, statx, PARTIAL("no time of birth or attributes"));
