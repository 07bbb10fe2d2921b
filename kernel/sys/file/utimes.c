#include "file.h"
#include "inotify.h"

#define UTIME_NOW	0x3fffffff
#define UTIME_OMIT	0x3ffffffe
#define SECONDS_MAX	9223372035L	/* nanoseconds in 64 bits: until 2262 */

static bool valid(struct timespec t)
{
	return (t.tv_nsec >= 0 && t.tv_nsec < 1000000000) || t.tv_nsec == UTIME_NOW || t.tv_nsec == UTIME_OMIT;
}

static void set(u64 *to, struct timespec t, u64 now)
{
	if (t.tv_nsec == UTIME_NOW)
		*to = now;
	else if (t.tv_nsec != UTIME_OMIT)
		*to = min(max(t.tv_sec, -SECONDS_MAX), SECONDS_MAX) * 1000000000 + t.tv_nsec;
}

/* The bits of one time: TIME, and SET for one that is not "now". */
static u32 valid_bits(struct timespec t, u32 time, u32 set)
{
	return t.tv_nsec == UTIME_OMIT ? 0 : t.tv_nsec == UTIME_NOW ? time : time | set;
}

/* TIMES NULL: now. PATH NULL: DIRFD itself. */
long do_utimes(int dirfd, const char *path, const struct timespec times[2], int flags)
{
	static const struct timespec both_now[2] = { { 0, UTIME_NOW }, { 0, UTIME_NOW } };
	PATH_VAR(p);
	int err = 0;

	if (!times)
		times = both_now;
	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	if (times[0].tv_nsec == UTIME_OMIT && times[1].tv_nsec == UTIME_OMIT)
		return 0;
	if (path) {
		err = at_walk(dirfd, path, flags, flags & AT_SYMLINK_NOFOLLOW ? LOOKUP_NOFOLLOW : 0, &p);
	} else {
		if (dirfd == AT_FDCWD)
			return -EFAULT;
		if (flags)
			return -EINVAL;
		FD_FILE(f, dirfd);
		vnode_get(p.v = f->vnode);
	}
	struct vnode_change c = { .atime = times[0], .mtime = times[1],
		.valid = valid_bits(times[0], ATTR_ATIME, ATTR_ATIME_SET) | valid_bits(times[1], ATTR_MTIME, ATTR_MTIME_SET) };
	if (!err && (!valid(times[0]) || !valid(times[1])))
		return -EINVAL;
	if (!err && !(err = vnode_writable(p.v)))
		err = permission_utimes(p.v, !(c.valid & (ATTR_ATIME_SET | ATTR_MTIME_SET)) && c.valid & ATTR_ATIME && c.valid & ATTR_MTIME);
	if (err || (err = vnode_setattr(p.v, &c)))
		return err;
	u64 now = now_realtime();
	set(&p.v->atime_ns, times[0], now);
	set(&p.v->mtime_ns, times[1], now);
	p.v->ctime_ns = now;
	u32 both = c.valid & (ATTR_ATIME | ATTR_MTIME);
	notify_file(p.v, both == ATTR_ATIME ? IN_ACCESS : both == ATTR_MTIME ? IN_MODIFY : IN_ATTRIB);
	return 0;
}

long sys_utimensat(int dirfd, const char *path, const struct timespec *user, int flags)
{
	struct timespec t[2];

	KERNEL_LOCK();
	if (user) {
		CHECK_READ(user, sizeof(t));
		memcpy(t, user, sizeof(t));
	}
	return do_utimes(dirfd, path, user ? t : NULL, flags);
}
SYSCALL(280, utimensat, FULL);

static long timevals(int dirfd, const char *path, const struct timeval *user)
{
	struct timespec t[2];

	KERNEL_LOCK();
	if (user) {
		CHECK_READ(user, 2 * sizeof(*user));
		for (int i = 0; i < 2; i++) {
			if (user[i].tv_usec < 0 || user[i].tv_usec >= 1000000)
				return -EINVAL;
			t[i] = (struct timespec){ user[i].tv_sec, user[i].tv_usec * 1000 };
		}
	}
	return do_utimes(dirfd, path, user ? t : NULL, 0);
}

long sys_utimes(const char *path, const struct timeval *user)
{
	return timevals(AT_FDCWD, path, user);
}
SYSCALL(235, utimes, FULL);

long sys_futimesat(int dirfd, const char *path, const struct timeval *user)
{
	return timevals(dirfd, path, user);
}
SYSCALL(261, futimesat, FULL);

long sys_utime(const char *path, const s64 *user)
{
	struct timespec t[2] = { { 0 } };

	KERNEL_LOCK();
	if (user) {
		CHECK_READ(user, 16);
		t[0].tv_sec = user[0];
		t[1].tv_sec = user[1];
	}
	return do_utimes(AT_FDCWD, path, user ? t : NULL, 0);
}
SYSCALL(132, utime, FULL);
