/* Linux's x86-64 ABI of file system calls (Linux include/uapi). */
#ifndef LINUX_FILE_H
#define LINUX_FILE_H

#include "linux.h"

#ifndef ENOTSOCK
#define ENOTSOCK 88
#endif
#ifndef ECANCELED
#define ECANCELED 125
#endif

#define PATH_MAX	4096
#define NAME_MAX	255
#define IOV_MAX		1024
#define MAX_RW_COUNT	0x7ffff000UL	/* most bytes one call moves */
#define SYMLINKS_MAX	40

#define O_DSYNC		010000
#define O_ASYNC		020000
#define O_DIRECT	040000
#define O_NOATIME	01000000
#define O_SYNC		04010000

#define AT_SYMLINK_NOFOLLOW	0x100
#define AT_EACCESS		0x200
#define AT_REMOVEDIR		0x200
#define AT_SYMLINK_FOLLOW	0x400
#define AT_NO_AUTOMOUNT		0x800
#define AT_EMPTY_PATH		0x1000
#define AT_STATX_SYNC_TYPE	0x6000

#define SEEK_SET	0
#define SEEK_CUR	1
#define SEEK_END	2
#define SEEK_DATA	3
#define SEEK_HOLE	4

#define DT_FIFO	1
#define DT_CHR	2
#define DT_DIR	4
#define DT_BLK	6
#define DT_REG	8
#define DT_LNK	10
#define DT_SOCK	12
#define MODE_TO_DT(m)	(((m) & S_IFMT) >> 12)

#define R_OK	4
#define W_OK	2
#define X_OK	1

#define POLLIN		0x001
#define POLLPRI		0x002
#define POLLOUT		0x004
#define POLLERR		0x008
#define POLLHUP		0x010
#define POLLNVAL	0x020
#define POLLRDNORM	0x040
#define POLLRDBAND	0x080
#define POLLWRNORM	0x100
#define POLLWRBAND	0x200
#define POLLRDHUP	0x2000

#define TCGETS		0x5401
#define TCSETS		0x5402
#define TCSETSW		0x5403
#define TCSETSF		0x5404
#define TIOCGPGRP	0x540f
#define TIOCSPGRP	0x5410
#define TIOCGWINSZ	0x5413
#define FIONREAD	0x541b
#define FIONBIO		0x5421
#define FIONCLEX	0x5450
#define FIOCLEX		0x5451

#define SIGPIPE		13
#define SIGXFSZ		25
#define SIGXFSZ		25

/* Device numbers as stat and mknod carry them. */
#define MAKEDEV(major, minor) \
	(((u64)(minor) & 0xff) | ((u64)(major) & 0xfff) << 8 | ((u64)(minor) & ~0xffUL) << 12)
#define DEV_MAJOR(d)	((u32)((d) >> 8 & 0xfff))
#define DEV_MINOR(d)	((u32)(((d) & 0xff) | ((d) >> 12 & ~0xffUL)))

struct dirent64 {
	u64 ino;
	s64 off;
	u16 reclen;
	u8 type;
	char name[];
} __attribute__((packed));

struct pollfd {
	int fd;
	short events, revents;
};

struct statx_timestamp {
	s64 tv_sec;
	u32 tv_nsec;
	s32 pad;
};

struct statx {
	u32 stx_mask, stx_blksize;
	u64 stx_attributes;
	u32 stx_nlink, stx_uid, stx_gid;
	u16 stx_mode, pad1;
	u64 stx_ino, stx_size, stx_blocks, stx_attributes_mask;
	struct statx_timestamp stx_atime, stx_btime, stx_ctime, stx_mtime;
	u32 stx_rdev_major, stx_rdev_minor, stx_dev_major, stx_dev_minor;
	u64 stx_mnt_id;
	u32 stx_dio_mem_align, stx_dio_offset_align;
	u64 pad3[12];
};
_Static_assert(sizeof(struct statx) == 256, "struct statx of Linux");

struct statfs {
	s64 f_type, f_bsize;
	u64 f_blocks, f_bfree, f_bavail, f_files, f_ffree;
	s32 f_fsid[2];
	s64 f_namelen, f_frsize, f_flags, f_spare[4];
};
_Static_assert(sizeof(struct statfs) == 120, "struct statfs of x86-64 Linux");

struct itimerspec {
	struct timespec it_interval, it_value;
};

#endif
