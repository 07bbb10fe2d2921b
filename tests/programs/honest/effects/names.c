/* Names, modes, owners and times of files. */
#include "effects.h"
#include <sys/sysmacros.h>

static void empty_file(const char *name) { close(open(name, O_CREAT | O_WRONLY | O_TRUNC, 0600)); }
static int folder(void) { return open(".", O_RDONLY | O_DIRECTORY); }

static bool same(const char *a, const char *b)
{
	struct stat x, y;

	return !lstat(a, &x) && !lstat(b, &y) && x.st_ino == y.st_ino && x.st_nlink == 2 && y.st_nlink == 2;
}

static bool moved(long r, const char *from, const char *to) { return !r && absent(from) && !absent(to); }

EFFECT(rename) { empty_file("r1"); return moved(C(rename, "r1", "r2"), "r1", "r2"); }
EFFECT(renameat) { empty_file("r3"); return moved(C(renameat, AT_FDCWD, "r3", folder(), "r4"), "r3", "r4"); }

EFFECT(renameat2)
{
	empty_file("r5");
	mkdir("r6", 0700);
	return !C(renameat2, AT_FDCWD, "r5", AT_FDCWD, "r6", 2 /* RENAME_EXCHANGE */) && S_ISDIR(mode_of("r5")) && S_ISREG(mode_of("r6"));
}

EFFECT(mkdir) { return !C(mkdir, "d1", 0711) && mode_of("d1") == (S_IFDIR | 0711); }
EFFECT(mkdirat) { return !C(mkdirat, folder(), "d2", 0711) && mode_of("d2") == (S_IFDIR | 0711); }
EFFECT(rmdir) { mkdir("d3", 0700); return !C(rmdir, "d3") && absent("d3"); }
EFFECT(link) { empty_file("l1"); return !C(link, "l1", "l2") && same("l1", "l2"); }
EFFECT(linkat) { empty_file("l3"); return !C(linkat, folder(), "l3", AT_FDCWD, "l4", 0) && same("l3", "l4"); }
EFFECT(unlink) { empty_file("u1"); return !C(unlink, "u1") && absent("u1"); }
EFFECT(unlinkat) { empty_file("u2"); mkdir("u3", 0700); return !C(unlinkat, folder(), "u2", 0) && absent("u2") && !C(unlinkat, AT_FDCWD, "u3", AT_REMOVEDIR) && absent("u3"); }

static bool leads_to(const char *link, const char *target)
{
	char b[64] = "";

	return readlink(link, b, sizeof b - 1) == (ssize_t)strlen(target) && !strcmp(b, target);
}

EFFECT(symlink) { return !C(symlink, "where", "s1") && leads_to("s1", "where"); }
EFFECT(symlinkat) { return !C(symlinkat, "where", folder(), "s2") && leads_to("s2", "where"); }
EFFECT(mknod) { return !C(mknod, "n1", S_IFIFO | 0600, 0) && mode_of("n1") == (S_IFIFO | 0600); }
EFFECT(mknodat) { return !C(mknodat, folder(), "n2", S_IFIFO | 0600, 0) && mode_of("n2") == (S_IFIFO | 0600); }
EFFECT(chmod) { empty_file("m1"); return !C(chmod, "m1", 0421) && mode_of("m1") == (S_IFREG | 0421); }
EFFECT(fchmod) { empty_file("m2"); return !C(fchmod, open("m2", O_RDONLY), 0425) && mode_of("m2") == (S_IFREG | 0425); }
EFFECT(fchmodat) { empty_file("m3"); return !C(fchmodat, folder(), "m3", 0421) && mode_of("m3") == (S_IFREG | 0421); }

/* Hosts before Linux 6.6 lack it. */
EFFECT(fchmodat2)
{
	empty_file("m4");
	return C(fchmodat2, folder(), "m4", 0421, 0) ? errno == ENOSYS && getpid() != 1 : mode_of("m4") == (S_IFREG | 0421);
}

EFFECT(umask)
{
	mode_t old = C(umask, 0137);

	empty_file("m5");
	chmod("m5", 0666);
	close(open("m6", O_CREAT | O_WRONLY, 0777));
	return mode_of("m6") == (S_IFREG | 0640) && umask(old) == 0137;
}

static bool belongs(long r, const char *path, uid_t uid, gid_t gid)
{
	struct stat st;

	return !r && !lstat(path, &st) && st.st_uid == uid && st.st_gid == gid;
}

ROOT_EFFECT(chown) { empty_file("o1"); return belongs(C(chown, "o1", 11, 12), "o1", 11, 12); }
ROOT_EFFECT(fchown) { empty_file("o2"); return belongs(C(fchown, open("o2", O_RDONLY), 11, -1), "o2", 11, getegid()); }
ROOT_EFFECT(lchown) { empty_file("o3"); symlink("o3", "o5"); return belongs(C(lchown, "o5", 13, 14), "o5", 13, 14) && belongs(0, "o3", geteuid(), getegid()); }
ROOT_EFFECT(fchownat) { empty_file("o4"); return belongs(C(fchownat, folder(), "o4", 11, 12, 0), "o4", 11, 12); }

/* Access and modification. */
static bool timed(long r, const char *path, long a, long m, long ns)
{
	struct stat st;

	return !r && !lstat(path, &st) && st.st_atim.tv_sec == a && st.st_mtim.tv_sec == m && st.st_mtim.tv_nsec == ns;
}

EFFECT(utime) { empty_file("t1"); return timed(C(utime, "t1", ((long[]){ 1000, 2000 })), "t1", 1000, 2000, 0); }
EFFECT(utimes) { empty_file("t2"); return timed(C(utimes, "t2", ((long[]){ 1000, 0, 2000, 5 })), "t2", 1000, 2000, 5000); }
EFFECT(futimesat) { empty_file("t3"); return timed(C(futimesat, folder(), "t3", ((long[]){ 1000, 0, 2000, 5 })), "t3", 1000, 2000, 5000); }
EFFECT(utimensat) { empty_file("t4"); return timed(C(utimensat, folder(), "t4", ((long[]){ 1000, 0, 2000, 5 }), 0), "t4", 1000, 2000, 5); }

static bool is_here(const char *end)
{
	char b[256];

	return getcwd(b, sizeof b) && strlen(b) > strlen(end) && !strcmp(b + strlen(b) - strlen(end), end);
}

EFFECT(chdir)
{
	int back = folder();

	mkdir("c1", 0700);
	return !C(chdir, "c1") && is_here("/c1") && !fchdir(back);
}

EFFECT(fchdir)
{
	int back = folder();

	mkdir("c2", 0700);
	return !C(fchdir, open("c2", O_RDONLY)) && is_here("/c2") && !fchdir(back) && !is_here("/c2");
}

ROOT_EFFECT(chroot)
{
	int back = folder(), root = open("/", O_RDONLY | O_DIRECTORY);

	mkdir("root", 0700);
	empty_file("root/inside");
	bool changed = !C(chroot, "root") && !absent("/inside") && absent("/proc");
	return !fchdir(root) && !chroot(".") && !fchdir(back) && absent("/inside") && changed;
}

NONE(stat, "only reads");
NONE(fstat, "only reads");
NONE(lstat, "only reads");
NONE(newfstatat, "only reads");
NONE(statfs, "only reads");
NONE(fstatfs, "only reads");
NONE(access, "only reads");
NONE(faccessat, "only reads");
NONE(faccessat2, "only reads");
NONE(readlink, "only reads");
NONE(readlinkat, "only reads");
NONE(getcwd, "only reads");
