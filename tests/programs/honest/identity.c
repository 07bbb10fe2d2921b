/* Users, groups, capabilities, and what modes allow. Runs as root, and ends as somebody else. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>
#include <utime.h>

#define T(e) do { errno = 0; long r_ = (e); printf("%s = %ld%s%s\n", #e, r_, r_ < 0 ? " " : "", r_ < 0 ? strerror(errno) : ""); } while (0)
#define RESOURCE (1UL << 24)	/* not everybody's root has this one */

static void caps(void)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct d[2];
	syscall(SYS_capget, &h, d);
	for (int i = 0; i < 2; i++)
		printf(" %x/%x/%x", d[i].effective | (i ? 0 : (d[i].effective ? RESOURCE : 0)), d[i].permitted | (i ? 0 : (d[i].permitted ? RESOURCE : 0)), d[i].inheritable);
	puts("");
}

static void ids(void)
{
	uid_t r, e, s;
	getresuid(&r, &e, &s);
	printf("  uid %d %d %d", r, e, s);
	getresgid(&r, &e, &s);
	printf(" gid %d %d %d fs %ld %ld dumpable %d caps", r, e, s, syscall(SYS_setfsuid, -1), syscall(SYS_setfsgid, -1), prctl(PR_GET_DUMPABLE));
	caps();
}

static void numbers(void)
{
	gid_t g[4] = { 30, 10, 20 }, got[4] = { 0 };

	ids();
	T(syscall(SYS_setgroups, 3, g)); T(getgroups(0, got)); T(getgroups(2, got)); T(getgroups(4, got));
	printf("%d %d %d\n", got[0], got[1], got[2]);
	T(syscall(SYS_setgroups, 65537, g)); T(syscall(SYS_setgroups, -1, g)); T(syscall(SYS_getgroups, -1, g));
	T(syscall(SYS_setgroups, 1, (void *)8)); T(syscall(SYS_setgroups, 0, NULL)); T(getgroups(0, NULL));
	T(syscall(SYS_setuid, -1)); T(syscall(SYS_setgid, -1));
	T(syscall(SYS_setresuid, -1, 1000, -1)); ids();
	T(syscall(SYS_setresuid, -1, 1001, -1)); T(syscall(SYS_setreuid, 1001, -1)); T(syscall(SYS_setgid, 5)); T(syscall(SYS_setgroups, 1, g));
	T(syscall(SYS_setuid, 1001)); T(syscall(SYS_setresuid, -1, 0, -1)); ids();
	T(syscall(SYS_setfsuid, 1234)); ids(); T(syscall(SYS_setfsuid, 0)); ids();
	T(syscall(SYS_setresgid, 100, 200, 300)); ids();
	T(syscall(SYS_setregid, 200, -1)); ids(); T(syscall(SYS_setregid, -1, 77)); ids(); T(syscall(SYS_setgid, 0)); ids();
	T(syscall(SYS_setfsgid, 9)); ids(); T(syscall(SYS_setfsgid, 0));
	T(syscall(SYS_setreuid, -1, 1000)); ids(); T(syscall(SYS_setreuid, -1, 0)); ids();
	T(seteuid(1000)); T(seteuid(0)); T(setegid(50)); T(setegid(0));
}

static void file(const char *n, int mode, int u, int g)
{
	int f = open(n, O_CREAT | O_RDWR, 0600);
	write(f, "x", 1);
	close(f);
	chown(n, u, g);
	chmod(n, mode);
}

static void dir(const char *n, int mode, int u, int g)
{
	mkdir(n, 0700);
	chown(n, u, g);
	chmod(n, mode);
}

static void show(const char *n)
{
	struct stat st;
	if (lstat(n, &st))
		printf("  %s: %m\n", n);
	else
		printf("  %s: %o %d %d\n", n, st.st_mode, st.st_uid, st.st_gid);
}

#define O(n, f) do { errno = 0; int fd_ = open(n, f, 0666); printf("open(%s, %s): %s\n", n, #f, fd_ < 0 ? strerror(errno) : "ok"); if (fd_ >= 0) close(fd_); } while (0)

static int removed(const char *n, const struct stat *st, int type, struct FTW *f) { return remove(n); }

/* As user 1000 of group 100 with group 200 besides; files of various owners. */
static void modes(void)
{
	gid_t g[1] = { 200 };

	char where[64];
	snprintf(where, sizeof(where), "/tmp/identity.%d", getpid());
	mkdir(where, 0755);
	chdir(where);
	umask(022);
	file("own-none", 0077, 1000, 100), file("own", 0700, 1000, 5), file("group", 0670, 5, 100), file("second", 0617, 5, 200), file("other", 0607, 5, 5);
	file("group-none", 0707, 5, 200), file("nobody", 0, 5, 5), file("suid", 06755, 1000, 100), file("read-only", 0444, 1000, 100);
	dir("closed", 0700, 5, 5), file("closed/inside", 0666, 1000, 100);
	dir("search", 0711, 5, 5), file("search/inside", 0666, 5, 5), dir("list", 0744, 5, 5), file("list/inside", 0666, 5, 5);
	dir("sticky", 01777, 5, 5), file("sticky/mine", 0666, 1000, 100), file("sticky/theirs", 0666, 5, 5);
	dir("shared", 02777, 5, 200), dir("foreign", 02777, 5, 300), dir("plain", 0777, 5, 5), dir("mine", 0755, 1000, 100);
	dir("sticky/dir", 0777, 5, 5), dir("plain/dir", 0755, 5, 5);
	symlink("closed/inside", "link");
	T(syscall(SYS_setgroups, 1, g)); T(setegid(100)); T(seteuid(1000));
	const char *all[] = { "own-none", "own", "group", "second", "other", "group-none", "nobody", "read-only" };
	for (int i = 0; i < 8; i++) {
		O(all[i], O_RDONLY); O(all[i], O_WRONLY); O(all[i], O_RDWR);
		for (int m = 0; m < 4; m++) {
			errno = 0;
			int r = faccessat(AT_FDCWD, all[i], (int[]){ F_OK, R_OK, W_OK, X_OK }[m], 0);
			printf(" %d", r);
			r = syscall(439, AT_FDCWD, all[i], (int[]){ F_OK, R_OK, W_OK, X_OK }[m], AT_EACCESS);
			printf("/%d", r);
		}
		puts("");
	}
	O("own", O_RDONLY | O_NOATIME); O("other", O_RDONLY | O_NOATIME); O("nobody", O_PATH); O("group", O_WRONLY | O_TRUNC); O("group", O_RDONLY | O_TRUNC); O("read-only", O_RDONLY | O_TRUNC);
	O("closed/inside", O_RDONLY); O("closed/none", O_RDONLY); O("closed", O_RDONLY); O("search", O_RDONLY); O("search/inside", O_RDONLY); O("list", O_RDONLY); O("list/inside", O_RDONLY); O("link", O_RDONLY);
	O("search/new", O_CREAT | O_RDWR); O("plain/new", O_CREAT | O_RDWR); O("mine/new", O_CREAT | O_RDWR); O("x", O_CREAT | O_RDWR); O("plain", O_TMPFILE | O_RDWR); O("search", O_TMPFILE | O_RDWR);
	show("plain/new");
	struct stat st;
	T(stat("closed/inside", &st)); T(stat("closed/..", &st)); T(stat("link", &st)); T(lstat("link", &st)); T(chdir("closed")); T(chdir("list")); T(chdir("search")); T(chdir(where)); T(readlink("closed/x", (char *)&st, 10));
	T(mkdir("shared/dir", 0777)); T(mkdir("search/dir", 0777)); T(mknod("plain/device", S_IFCHR | 0666, 0x103)); T(mknod("plain/fifo", S_IFIFO | 0666, 0)); T(mknod("plain/file", S_IFREG | 0666, 0)); T(symlink("x", "plain/symlink")); T(symlink("x", "search/symlink")); T(link("own", "plain/hard")); T(link("own", "search/hard"));
	O("shared/file", O_CREAT | O_RDWR); T(mknod("foreign/exec", S_IFREG | 02775, 0)); T(mknod("shared/exec", S_IFREG | 02775, 0));
	show("shared/dir"), show("shared/file"), show("foreign/exec"), show("shared/exec"), show("plain/fifo"), show("plain/symlink");
	T(unlink("search/inside")); T(unlink("plain/fifo")); T(unlink("sticky/theirs")); T(unlink("sticky/mine")); T(rmdir("sticky/dir")); T(rmdir("plain/dir")); T(rmdir("closed")); T(unlink("closed/inside"));
	file("plain/a", 0666, 1000, 100); dir("mine/sub", 0755, 1000, 100);
	T(rename("plain/a", "search/a")); T(rename("search/inside", "plain/b")); T(rename("plain/a", "sticky/theirs")); T(rename("plain/a", "plain/c")); T(rename("sticky/theirs", "plain/d")); T(rename("mine/sub", "plain/sub")); T(rename("list", "mine/list"));
	T(chmod("own", 04711)); show("own"); T(chmod("own", 02711)); show("own"); T(chmod("other", 0600)); T(chmod("suid", 02755)); show("suid");
	T(chown("own", 1000, -1)); T(chown("own", 1001, -1)); T(chown("own", -1, 200)); show("own"); T(chown("own", -1, 300)); T(chown("other", -1, 200)); T(chown("other", -1, -1)); T(chown("own", -1, -1)); T(lchown("link", -1, 100));
	T(chmod("own", 06711)); T(truncate("other", 0)); T(truncate("nobody", 0)); T(truncate("group-none", 0)); T(truncate("own", 5)); show("own");
	struct timeval tv[2] = { { 1, 0 }, { 2, 0 } };
	T(utimes("own", tv)); T(utimes("other", tv)); T(utimes("other", NULL)); T(utimes("group-none", NULL)); T(utimes("group-none", tv)); T(utimes("closed/inside", tv));
	int f = open("suid", O_WRONLY);
	T(chmod("suid", 06755)); T(write(f, "y", 1)); show("suid"); close(f);
	T(access("closed/inside", F_OK)); T(access("own", X_OK));
	T(setfsuid(5)); O("nobody", O_RDONLY);
	T(seteuid(0)); T(setegid(0));
	file("root", 0, 5, 5), file("execute", 0, 5, 5);
	O("root", O_RDWR); T(access("root", R_OK | W_OK)); T(access("root", X_OK));
	chdir("/");
	nftw(where, removed, 8, FTW_DEPTH | FTW_PHYS);
}

static void options(void)
{
	struct __user_cap_header_struct h = { 0x12345678, 0 };
	struct __user_cap_data_struct d[2] = { { 0 } };

	T(syscall(SYS_capget, &h, d)); printf("%x\n", h.version); h.version = 0; T(syscall(SYS_capget, &h, NULL));
	h.version = _LINUX_CAPABILITY_VERSION_1; T(syscall(SYS_capget, &h, d)); h.pid = -1; T(syscall(SYS_capget, &h, d)); h.pid = 0x7ffffffe; T(syscall(SYS_capget, &h, d)); h.version = _LINUX_CAPABILITY_VERSION_3; T(syscall(SYS_capset, &h, d)); h.pid = 0;
	T(syscall(SYS_capget, NULL, d)); T(syscall(SYS_capget, &h, (void *)8)); T(syscall(SYS_capset, &h, (void *)8));
	T(prctl(PR_GET_DUMPABLE)); T(prctl(PR_SET_DUMPABLE, 1)); T(prctl(PR_GET_DUMPABLE)); T(prctl(PR_SET_DUMPABLE, 2)); T(prctl(PR_SET_DUMPABLE, 0)); T(prctl(PR_GET_DUMPABLE)); T(prctl(PR_SET_DUMPABLE, 1));
	T(prctl(PR_GET_KEEPCAPS)); T(prctl(PR_SET_KEEPCAPS, 2)); T(prctl(PR_SET_KEEPCAPS, 1)); T(prctl(PR_GET_KEEPCAPS)); T(prctl(PR_GET_SECUREBITS)); T(prctl(PR_SET_KEEPCAPS, 0)); T(prctl(PR_SET_SECUREBITS, 0x1000)); T(prctl(PR_SET_SECUREBITS, 4)); T(prctl(PR_GET_SECUREBITS)); T(prctl(PR_SET_SECUREBITS, 0));
	T(prctl(PR_CAPBSET_READ, 0)); T(prctl(PR_CAPBSET_READ, 41)); T(prctl(PR_CAPBSET_READ, 999)); T(prctl(PR_CAPBSET_DROP, 12)); T(prctl(PR_CAPBSET_READ, 12)); T(prctl(PR_CAPBSET_DROP, 999));
	T(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)); T(prctl(PR_GET_NO_NEW_PRIVS, 1, 0, 0, 0)); T(prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0)); T(prctl(PR_SET_NO_NEW_PRIVS, 1, 1, 0, 0)); T(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)); T(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)); T(prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0));
	int v = 77;
	T(prctl(PR_SET_PDEATHSIG, 65)); T(prctl(PR_SET_PDEATHSIG, 15)); T(prctl(PR_GET_PDEATHSIG, &v)); printf("%d\n", v); T(prctl(PR_SET_PDEATHSIG, 0)); T(prctl(PR_GET_PDEATHSIG, 8));
	T(prctl(PR_SET_TIMERSLACK, 1234)); T(prctl(PR_GET_TIMERSLACK)); T(prctl(PR_SET_TIMERSLACK, 0)); T(prctl(PR_GET_TIMERSLACK));
	T(prctl(PR_SET_CHILD_SUBREAPER, 1)); T(prctl(PR_GET_CHILD_SUBREAPER, &v)); printf("%d\n", v); T(prctl(PR_SET_CHILD_SUBREAPER, 0));
	T(prctl(PR_GET_TIMING)); T(prctl(PR_SET_TIMING, 1)); T(prctl(PR_SET_TIMING, 0)); T(prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0)); T(prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0)); T(prctl(PR_GET_THP_DISABLE, 1, 0, 0, 0));
	T(prctl(PR_GET_TSC, &v)); printf("%d\n", v); T(prctl(PR_SET_TSC, 1)); T(prctl(PR_SET_TSC, 7)); T(prctl(PR_GET_UNALIGN, &v)); T(prctl(PR_GET_ENDIAN, &v)); T(prctl(PR_GET_FPEMU, &v)); T(prctl(PR_GET_FPEXC, &v)); T(prctl(12345)); T(prctl(-1)); T(prctl(PR_GET_SECCOMP)); T(prctl(PR_MCE_KILL, 9, 0, 0, 0));
	T(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, 0, 0, 0)); T(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 0, 0, 0)); T(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)); T(prctl(PR_CAP_AMBIENT, 9, 0, 0, 0)); T(prctl(PR_CAP_AMBIENT, 1, 999, 0, 0));
	T(prctl(PR_SET_NAME, "a name that is too long")); char name[17] = ""; T(prctl(PR_GET_NAME, name)); puts(name);
}

static void dropped(void)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct d[2];
	gid_t g[1] = { 1 };

	syscall(SYS_capget, &h, d);
	d[0].effective &= ~(1 << CAP_SYS_TIME);
	T(syscall(SYS_capset, &h, d));
	d[0].permitted &= ~(1 << CAP_SYS_TIME);
	T(syscall(SYS_capset, &h, d)); caps();
	d[0].permitted |= 1 << CAP_SYS_TIME;
	T(syscall(SYS_capset, &h, d));
	d[0].permitted &= ~(1 << CAP_SYS_TIME);
	d[0].inheritable |= 1 << CAP_NET_RAW;
	T(syscall(SYS_capset, &h, d)); T(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_RAW, 0, 0)); T(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_NET_RAW, 0, 0)); T(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_LOWER, CAP_NET_RAW, 0, 0));
	T(prctl(PR_SET_KEEPCAPS, 1)); T(syscall(SYS_setgroups, 0, NULL)); T(syscall(SYS_setresgid, 100, 100, 100)); T(syscall(SYS_setresuid, 1000, 1000, 1000)); ids();
	d[0].effective = 1 << CAP_SETUID;
	T(syscall(SYS_capset, &h, d)); caps(); T(syscall(SYS_setresuid, 2000, 2000, 2000)); ids();
	memset(d, 0, sizeof(d));
	T(syscall(SYS_capset, &h, d)); ids();
	T(syscall(SYS_setuid, 0)); T(syscall(SYS_setuid, 2000)); T(syscall(SYS_setresuid, 2000, -1, 2000)); T(syscall(SYS_setreuid, 0, 0)); T(syscall(SYS_setgid, 0)); T(syscall(SYS_setgroups, 1, g)); T(syscall(SYS_setfsuid, 0)); T(syscall(SYS_setfsuid, -1));
	T(kill(getpid(), 0)); T(sethostname("x", 1)); T(syscall(SYS_setdomainname, "x", 1)); T(mount("none", "/tmp", "tmpfs", 0, NULL)); T(umount("/tmp")); T(chroot("/")); T(nice(-5)); T(mknod("/tmp/identity-device", S_IFCHR, 0x103));
	struct timespec ts = { 1000, 0 };
	T(syscall(SYS_clock_settime, 0, &ts)); T(syscall(SYS_settimeofday, &ts, NULL)); T(prctl(PR_CAPBSET_DROP, 3)); T(prctl(PR_SET_SECUREBITS, 1));
	struct rlimit l;
	getrlimit(RLIMIT_NOFILE, &l);
	l.rlim_max++; l.rlim_cur = 10;
	T(setrlimit(RLIMIT_NOFILE, &l)); l.rlim_max = 100; T(setrlimit(RLIMIT_NOFILE, &l)); l.rlim_max = 200; T(setrlimit(RLIMIT_NOFILE, &l));
}

int main(void)
{
	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	numbers(), modes(), options(), dropped();
	return 0;
}
