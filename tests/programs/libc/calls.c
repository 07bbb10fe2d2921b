// Wrappers of system calls, and the names with 64 of those that take a size or an offset.
#define _GNU_SOURCE
#include <aio.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <ftw.h>
#include <glob.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/fsuid.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/sendfile.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/sysinfo.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/timeb.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <sys/times.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <termios.h>
#include <time.h>
#include <ulimit.h>
#include <unistd.h>
#include <utime.h>

// errno counts only where the call failed.
#define E(call) (errno = 0, shown = (long)(call), printf("%s: %ld %d\n", #call, shown, shown == -1 ? errno : 0))
#define D(type, name, ...) extern type name(__VA_ARGS__)
static long shown;

D(int, __close, int); D(int, __dup2, int, int); D(int, __open, const char *, int, ...); D(int, __open64, const char *, int, ...); D(ssize_t, __read, int, void *, size_t); D(ssize_t, __write, int, const void *, size_t); D(off_t, __lseek, int, off_t, int); D(ssize_t, __pread64, int, void *, size_t, off_t); D(ssize_t, __pwrite64, int, const void *, size_t, off_t); D(int, __pipe, int *); D(int, __poll, struct pollfd *, nfds_t, int); D(int, __fcntl, int, int, ...);
D(ssize_t, __libc_pread, int, void *, size_t, off_t); D(ssize_t, __libc_pwrite, int, const void *, size_t, off_t); D(int, __nanosleep, const struct timespec *, struct timespec *); D(int, __select, int, fd_set *, fd_set *, fd_set *, struct timeval *); D(void *, __mmap, void *, size_t, int, int, int, off_t); D(int, __mprotect, void *, size_t, int); D(int, __munmap, void *, size_t); D(int, __madvise, void *, size_t, int); D(void *, __sbrk, intptr_t); D(int, __clock_gettime, clockid_t, struct timespec *); D(int, __gettimeofday, struct timeval *, void *);
D(int, __getpagesize, void); D(pid_t, __getpid, void); D(pid_t, __getpgid, pid_t); D(int, __setpgid, pid_t, pid_t); D(pid_t, __bsd_getpgrp, pid_t); D(int, __getrlimit, int, struct rlimit *); D(long, __sysconf, int); D(unsigned long, __getauxval, unsigned long); D(int, __statfs, const char *, struct statfs *); D(int, __fxstat, int, int, struct stat *); D(int, __fxstat64, int, int, struct stat *); D(int, __xstat, int, const char *, struct stat *); D(int, __xstat64, int, const char *, struct stat *); D(int, __lxstat, int, const char *, struct stat *); D(int, __lxstat64, int, const char *, struct stat *);
D(int, __fxstatat, int, int, const char *, struct stat *, int); D(int, __fxstatat64, int, int, const char *, struct stat *, int); D(int, __xmknod, int, const char *, mode_t, dev_t *); D(int, __xmknodat, int, int, const char *, mode_t, dev_t *); D(int, __fstat64, int, struct stat *); D(char *, __mktemp, char *); D(int, __sigaction, int, const struct sigaction *, struct sigaction *); D(int, __libc_sigaction, int, const struct sigaction *, struct sigaction *); D(int, __sigsuspend, const sigset_t *); D(int, __sigtimedwait, const sigset_t *, siginfo_t *, const struct timespec *);
D(int, __sigaddset, sigset_t *, int); D(int, __sigdelset, sigset_t *, int); D(int, __sigismember, const sigset_t *, int); D(int, __wait, int *); D(int, __waitpid, pid_t, int *, int); D(int, getdomainname, char *, size_t); D(int, llseek, int, off_t, int); D(int, ustat, dev_t, void *); D(int, __socket, int, int, int); D(int, __connect, int, const void *, socklen_t); D(ssize_t, __send, int, const void *, size_t, int); D(ssize_t, __recv, int, void *, size_t, int); D(int, __sendmmsg, int, struct mmsghdr *, unsigned, int); D(int, gsignal, int); D(int, __open_nocancel, const char *, int, ...);
D(int, revoke, const char *); D(int, chflags, const char *, unsigned long); D(int, fchflags, int, unsigned long); D(int, stime, const time_t *); D(int, ftime, struct timeb *); D(int, sethostid, long); D(int, setlogin, const char *);
// These have no default version any more.
#define OLD(name, version) __asm__(".symver " #name ", " #name "@" #version);
OLD(__sigaddset, GLIBC_2.2.5) OLD(__sigdelset, GLIBC_2.2.5) OLD(__sigismember, GLIBC_2.2.5) OLD(isastream, GLIBC_2.2.5) OLD(llseek, GLIBC_2.2.5)

static int nothing(const char *path, const struct stat *s, int type) { return 0; }
static int nothing64(const char *path, const struct stat *s, int type, struct FTW *f) { return 0; }
static int any(const struct dirent *d) { return *d->d_name != '.'; }
static int any64(const struct dirent64 *d) { return *d->d_name != '.'; }
static volatile int caught;
static void handler(int s) { caught = s; }

static void files(void)
{
	struct stat s;
	struct stat64 s64;
	struct statfs sf;
	struct statvfs sv;
	struct dirent **list;
	struct dirent64 **list64, *d64, e64;
	char b[100], *path[] = { "/tmp/uk-calls", NULL };
	int fd, fd2, p[2];
	off_t off = 0;
	DIR *d;
	struct iovec v = { b, 4 };

	mkdir("/tmp/uk-calls", 0700), chdir("/tmp/uk-calls");
	E((fd = open64("file", O_RDWR | O_CREAT, 0644)) >= 0), E(__write(fd, "0123456789", 10)), E(__lseek(fd, 0, SEEK_SET)), E(__read(fd, b, 3)), E(lseek64(fd, 1, SEEK_CUR)), E(llseek(fd, 2, SEEK_SET)), E(pread64(fd, b, 3, 1)), E(pwrite64(fd, "x", 1, 1)), E(__pread64(fd, b, 1, 1)), E(__pwrite64(fd, "y", 1, 2)), E(__libc_pread(fd, b, 1, 0)), E(__libc_pwrite(fd, "z", 1, 0)), E(preadv(fd, &v, 1, 0)), E(pwritev(fd, &v, 1, 4)), E(preadv64(fd, &v, 1, 2)), E(pwritev64(fd, &v, 1, 0)), E(preadv2(fd, &v, 1, 0, 0)), E(pwritev2(fd, &v, 1, 0, 0)), E(preadv64v2(fd, &v, 1, 0, 0)), E(pwritev64v2(fd, &v, 1, 0, 0)), E(pwritev2(fd, &v, 1, 0, 0x40000000));
	E(fstat64(fd, &s64)), E(s64.st_size), E(stat64("file", &s64)), E(lstat64("file", &s64)), E(fstatat64(AT_FDCWD, "file", &s64, 0)), E(fstatat(AT_FDCWD, "none", &s, 0)), E(__fxstat(1, fd, &s)), E(__fxstat64(1, fd, &s)), E(__xstat(1, "file", &s)), E(__xstat64(1, "none", &s)), E(__lxstat(1, "file", &s)), E(__lxstat64(1, "file", &s)), E(__fxstatat(1, AT_FDCWD, "file", &s, 0)), E(__fxstatat64(1, AT_FDCWD, "file", &s, 0)), E(__fstat64(fd, &s)), E(statx(AT_FDCWD, "file", 0, STATX_SIZE, &(struct statx){ 0 })), E(statfs("/tmp", &sf)), E(statfs64("/none", (void *)&sf)), E(fstatfs(fd, &sf)), E(fstatfs64(-1, (void *)&sf)), E(__statfs("/tmp", &sf)), E(statvfs("/tmp", &sv)), E(statvfs64("/none", (void *)&sv)), E(fstatvfs(fd, &sv)), E(fstatvfs64(-1, (void *)&sv)), E(sv.f_namemax);
	E(truncate64("file", 100)), E(ftruncate64(fd, 50)), E(ftruncate64(fd, -1)), E(fallocate(fd, 0, 0, 100)), E(fallocate64(fd, 0, -1, 100)), E(posix_fallocate(fd, 0, 200)), E(posix_fallocate64(fd, 0, -1)), E(posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED)), E(posix_fadvise64(fd, 0, 0, 99)), E(readahead(fd, 0, 10)), E(sync_file_range(fd, 0, 10, 0)), E(fdatasync(fd)), E(syncfs(-1)), E(fsync(-1)), E(creat64("other", 0600) >= 0), E(openat64(AT_FDCWD, "none", O_RDONLY)), E(mkostemp((char[]){ "aXXXXXX" }, 0) >= 0), E(mkstemp64((char[]){ "bXXXXXX" }) >= 0), E(mkstemps((char[]){ "cXXXXXX.c" }, 2) >= 0), E(mkostemp64((char[]){ "dXXXXXX" }, 0) >= 0), E(mkstemps64((char[]){ "eXXXXXX.c" }, 2) >= 0), E(mkostemps64((char[]){ "fXXXXXX.c" }, 2, 0) >= 0), E(strlen(mktemp((char[]){ "gXXXXXX" }))), E(strlen(__mktemp((char[]){ "x" })));
	E(mkdirat(AT_FDCWD, "dir", 0755)), E(mkfifo("fifo", 0600)), E(mkfifoat(AT_FDCWD, "fifo", 0600)), E(mknod("node", S_IFREG | 0600, 0)), E(mknodat(AT_FDCWD, "node", S_IFREG, 0)), E(__xmknod(0, "node2", S_IFREG | 0600, &(dev_t){ 0 })), E(__xmknodat(0, AT_FDCWD, "node3", S_IFREG | 0600, &(dev_t){ 0 })), E(symlinkat("file", AT_FDCWD, "link")), E(readlinkat(AT_FDCWD, "link", b, 100)), E(linkat(AT_FDCWD, "file", AT_FDCWD, "hard", 0)), E(renameat(AT_FDCWD, "hard", AT_FDCWD, "hard2")), E(renameat2(AT_FDCWD, "file", AT_FDCWD, "hard2", RENAME_NOREPLACE)), E(fchmod(fd, 0600)), E(fchmodat(AT_FDCWD, "file", 0644, 0)), E(lchmod("file", 0600)), E(chown("file", -1, -1)), E(fchown(fd, -1, -1)), E(lchown("link", -1, -1)), E(fchownat(AT_FDCWD, "file", -1, -1, 0)), E(faccessat(AT_FDCWD, "file", R_OK, 0)), E(eaccess("file", R_OK)), E(euidaccess("none", R_OK)), E(utime("file", NULL)), E(utimes("file", NULL)), E(lutimes("link", NULL)), E(futimes(fd, NULL)), E(futimens(fd, NULL)), E(futimesat(AT_FDCWD, "file", NULL)), E(utimensat(AT_FDCWD, "none", NULL, 0)), E(chflags("file", 0)), E(fchflags(fd, 0)), E(revoke("file"));
	E(flock(fd, LOCK_EX)), E(lockf(fd, F_TEST, 0)), E(lockf(fd, 9, 0)), E(fcntl64(fd, F_GETFD)), E(__fcntl(fd, F_GETFL) & O_ACCMODE), E(__dup2(fd, 60)), E(__close(60)), E(dup(-1)), E(close_range(60, 70, 0)), (closefrom(100), 0), E(isatty(fd)), E(ttyname(fd) != NULL), E(ttyname_r(fd, b, 100)), E(isastream(fd)), E(isfdtype(fd, S_IFREG)), E(fchdir(fd)), E(fpathconf(fd, _PC_NAME_MAX)), E(pathconf("file", _PC_LINK_MAX) > 0), E(pathconf("file", 999)), E(sendfile64(1, fd, &off, 0)), E(sendfile(1, -1, NULL, 1)), E(copy_file_range(fd, NULL, fd, NULL, 0, 0)), E(setxattr("none", "user.a", "v", 1, 0)), E(getxattr("none", "user.a", b, 10)), E(lgetxattr("none", "user.b", b, 10)), E(fgetxattr(-1, "user.a", b, 10)), E(listxattr("none", b, 100)), E(llistxattr("none", b, 100)), E(flistxattr(-1, b, 100)), E(lsetxattr("none", "user.c", "v", 1, 0)), E(fsetxattr(-1, "user.d", "v", 1, 0)), E(removexattr("none", "user.a")), E(lremovexattr("none", "user.c")), E(fremovexattr(-1, "user.z"));
	d = opendir("."), E(dirfd(d) > 2), E(telldir(d) >= 0), E(readdir64(d) != NULL), E(readdir_r(d, (struct dirent *)&e64, (struct dirent **)&d64)), E(readdir64_r(d, &e64, &d64)), (seekdir(d, telldir(d)), 0), E(getdents64(dirfd(d), b, 0)), closedir(d), E((d = fdopendir(open("dir", O_RDONLY))) != NULL), closedir(d), E(scandir("dir", &list, NULL, alphasort)), E(scandir64("dir", &list64, any64, alphasort64)), E(scandirat(AT_FDCWD, "dir", &list, any, versionsort)), E(scandirat64(AT_FDCWD, "none", &list64, NULL, versionsort64)), E(ftw64("/tmp/uk-calls/dir", (void *)nothing, 5)), E(nftw64("/none", (void *)nothing64, 5, 0));
	FTS *t = (FTS *)fts64_open(path, FTS_PHYSICAL, NULL);
	E(fts64_read((void *)t) != NULL), E(fts64_children((void *)t, 0) != NULL), E(fts64_set((void *)t, NULL, 99)), E(fts64_close((void *)t)), E(glob_pattern_p("a*", 0)), E(canonicalize_file_name("/tmp/..") != NULL), E(get_current_dir_name() != NULL), E(getwd((char[4096]){ 0 }) != NULL), E(ftok("file", 1) != -1), E(ftok("none", 1)), E(gnu_dev_major(0x1234)), E(gnu_dev_minor(0x1234)), E(gnu_dev_makedev(1, 2));
	E(__pipe(p)), E(splice(p[0], NULL, p[1], NULL, 0, 0)), E(tee(p[0], p[0], 1, 0)), E(vmsplice(p[1], &v, 1, 0)), E(__poll(&(struct pollfd){ p[0], POLLIN }, 1, 0)), E(ppoll(&(struct pollfd){ p[0], POLLIN }, 1, &(struct timespec){ 0 }, NULL)), E(__select(0, NULL, NULL, NULL, &(struct timeval){ 0 })), E(pselect(0, NULL, NULL, NULL, &(struct timespec){ 0 }, NULL)), E(inotify_init() >= 0), E((fd2 = inotify_init1(0)) >= 0), E(inotify_add_watch(fd2, "none", IN_CREATE)), E(inotify_rm_watch(fd2, 99)), E(epoll_create(0)), E((fd2 = epoll_create(1)) >= 0), E(epoll_pwait(fd2, (struct epoll_event[1]){ 0 }, 1, 0, NULL)), E(epoll_pwait2(fd2, (struct epoll_event[1]){ 0 }, 1, &(struct timespec){ 0 }, NULL)), fd2 = eventfd(1, 0), E(eventfd_write(fd2, 5)), E(eventfd_read(fd2, (eventfd_t[1]){ 0 })), E((fd2 = memfd_create("m", 0)) >= 0), E(timerfd_gettime(fd2, (struct itimerspec[1]){ 0 }));
	system("rm -rf /tmp/uk-calls") ? nftw("/tmp/uk-calls", (void *)remove, 9, FTW_DEPTH | FTW_PHYS) : 0;
	chdir("/");
}

extern void *__curbrk;

static void memory(void)
{
	char *m, vec[2];
	struct shmid_ds ds;
	int id;

	E(__curbrk == sbrk(0)), E((m = mmap64(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) != MAP_FAILED), E(mlock(m, 4096)), E(mlock2(m, 4096, 0)), E(munlock(m, 4096)), E(mlockall(99)), E(munlockall()), E(msync(m, 4096, MS_SYNC)), E(msync(m, 4096, 99)), E(mincore(m, 8192, (void *)vec)), E(posix_madvise(m, 4096, POSIX_MADV_WILLNEED)), E(__madvise(m, 4096, MADV_NORMAL)), E(__mprotect(m, 4096, PROT_READ)), E(__munmap(m, 8192)), E(__mmap(NULL, 0, 0, 0, -1, 0)), E(brk(sbrk(0))), E(__sbrk(0) == sbrk(0));
	E((id = shmget(IPC_PRIVATE, 4096, 0600)) >= 0), E((m = shmat(id, NULL, 0)) != (void *)-1), E(shmctl(id, IPC_STAT, &ds)), E(ds.shm_segsz), E(shmdt(m)), E(shmctl(id, IPC_RMID, NULL)), E((id = semget(IPC_PRIVATE, 1, 0600)) >= 0), E(semctl(id, 0, SETVAL, 1)), E(semop(id, &(struct sembuf){ 0, -1, 0 }, 1)), E(semtimedop(id, &(struct sembuf){ 0, -1, 0 }, 1, &(struct timespec){ 0 })), E(semctl(id, 0, IPC_RMID)), E((id = msgget(IPC_PRIVATE, 0600)) >= 0), E(msgsnd(id, &(struct { long t; char b[4]; }){ 1, "abc" }, 4, 0)), E(msgrcv(id, &(struct { long t; char b[4]; }){ 0 }, 4, 1, 0)), E(msgctl(id, IPC_RMID, NULL));
	E((id = shm_open("/uk-calls", O_CREAT | O_RDWR, 0600)) >= 0), E(shm_unlink("/uk-calls")), E(shm_unlink("/uk-calls"));
	mqd_t q = mq_open("/uk-calls", O_CREAT | O_RDWR | O_NONBLOCK, 0600, &(struct mq_attr){ .mq_maxmsg = 2, .mq_msgsize = 8 });
	E(q >= 0), E(mq_send(q, "ab", 2, 5)), E(mq_timedsend(q, "cd", 2, 6, &(struct timespec){ 0 })), E(mq_receive(q, vec, 2, NULL)), E(mq_receive(q, (char[8]){ 0 }, 8, NULL)), E(mq_timedreceive(q, (char[8]){ 0 }, 8, NULL, &(struct timespec){ 0 })), E(mq_getattr(q, (struct mq_attr[1]){ 0 })), E(mq_setattr(q, (struct mq_attr[1]){ 0 }, NULL)), E(mq_notify(q, NULL)), E(mq_close(q)), E(mq_unlink("/uk-calls")), E(mq_unlink("/uk-calls")), E(mq_open("bad", O_RDONLY));
}

static void process(void)
{
	struct rlimit r;
	struct rlimit64 r64;
	sigset_t set, set2;
	struct timespec ts;
	struct timeval tv;
	char b[100];
	uid_t u[3];

	E(__getpid() == getpid()), E(getppid() >= 0), E(__getpgid(-5)), E(getpgid(0) > 0), E(__bsd_getpgrp(0) > 0), E(getpgrp() > 0), E(getsid(0) > 0), E(getsid(2000000000)), E(setpgid(2000000000, 0)), E(__setpgid(0, -1)), E(getresuid(u, u + 1, u + 2)), E(getresgid(u, u + 1, u + 2)), E(setuid(getuid())), E(setgid(getgid())), E(seteuid(geteuid())), E(setegid(getegid())), E(setreuid(-1, -1)), E(setregid(-1, -1)), E(setresuid(-1, -1, -1)), E(setresgid(-1, -1, -1)), E(setfsuid(-1) == geteuid()), E(setfsgid(-1) == getegid()), E(getgroups(0, NULL) >= 0), E(group_member(12345)), E(getpriority(99, 0)), E(setpriority(99, 0, 0)), E(nice(0) == 99), E(__getrlimit(RLIMIT_CORE, &r)), E(getrlimit64(99, &r64)), E(setrlimit64(99, &r64)), E(prlimit(0, 99, NULL, &r)), E(prlimit64(2000000000, RLIMIT_CORE, NULL, &r64)), E(ulimit(UL_GETFSIZE) > 0), E(ulimit(99));
	E(killpg(2000000000, 0)), E(tgkill(-1, 1, 0)), E(personality(0xffffffff)), E(prctl(PR_GET_DUMPABLE)), E(__getpagesize()), E(getdtablesize() > 0), E(__sysconf(_SC_PAGESIZE)), E(__sysconf(9999)), E(get_nprocs_conf() > 0), E(get_nprocs() > 0), E(get_phys_pages() > 0), E(get_avphys_pages() > 0), E(getauxval(AT_PAGESZ)), E(__getauxval(9999)), E(gethostid() != -1 || 1), E(getdomainname(b, 100)), E(sysinfo((struct sysinfo[1]){ 0 })), E(getloadavg((double[3]){ 0 }, 3)), E(getcpu(NULL, NULL)), E(wait(NULL)), E(__wait(NULL)), E(waitpid(-1, NULL, 0)), E(__waitpid(-1, NULL, WNOHANG)), E(wait3(NULL, 0, NULL)), E(wait4(-1, NULL, 0, NULL)), E(waitid(P_ALL, 0, NULL, WEXITED)), E(waitid(P_ALL, 0, NULL, 0));
	E(gethostname(b, 0)), E(setlogin("x")), E(chroot("/none")), E(pidfd_send_signal(-1, 0, NULL, 0)), E(process_vm_readv(getpid(), NULL, 0, NULL, 0, 1)), E(process_vm_writev(getpid(), NULL, 0, NULL, 0, 1)), E(ioperm(-1, 5, 1));
	sigemptyset(&set), E(__sigaddset(&set, 5)), E(__sigismember(&set, 5)), E(__sigdelset(&set, 5)), sigaddset(&set2, 3), E(sigandset(&set, &set, &set2)), E(sigorset(&set, &set, &set2)), E(sigisemptyset(&set)), E(__sigaction(SIGUSR1, &(struct sigaction){ .sa_handler = handler }, NULL)), E(__libc_sigaction(SIGKILL, &(struct sigaction){ 0 }, NULL)), E(gsignal(SIGUSR1)), E(caught), E(sigset(SIGUSR2, handler) == SIG_DFL), E(sighold(SIGUSR2)), E(raise(SIGUSR2)), E(caught), E(sigrelse(SIGUSR2)), E(caught), E(sigignore(SIGUSR2)), E(sigset(SIGUSR2, SIG_HOLD) == SIG_IGN), E(sigset(99, handler) == SIG_ERR), E(bsd_signal(SIGUSR1, handler) == handler), E(ssignal(SIGUSR1, SIG_DFL) == handler), E(sysv_signal(SIGUSR1, handler) == SIG_DFL), E(__sysv_signal(SIGUSR1, handler) == handler), E(raise(SIGUSR1)), E(signal(SIGUSR1, SIG_DFL) == SIG_DFL), E(siggetmask()), E(sigblock(1 << 9)), E(sigsetmask(0)), E(siginterrupt(SIGUSR1, 1)), E(sigpending(&set)), sigemptyset(&set), sigaddset(&set, SIGUSR1), sigprocmask(SIG_BLOCK, &set, NULL), raise(SIGUSR1), E(__sigtimedwait(&set, NULL, &(struct timespec){ 0 })), E(sigtimedwait(&set, NULL, &(struct timespec){ 0 }));
	E(__nanosleep(&(struct timespec){ 0, 1 }, NULL)), E(__clock_gettime(CLOCK_MONOTONIC, &ts)), E(__gettimeofday(&tv, NULL)), E(clock_settime(99, &ts)), E(clock_adjtime(99, (struct timex[1]){ 0 })), E(adjtimex((struct timex[1]){ 0 }) >= 0), E(ntp_gettime((struct ntptimeval[1]){ 0 }) >= 0), E(ntp_adjtime((struct timex[1]){ 0 }) >= 0), E(getitimer(ITIMER_REAL, (struct itimerval[1]){ 0 })), E(getitimer(9, (struct itimerval[1]){ 0 })), E(clock_getcpuclockid(0, (clockid_t[1]){ 0 })), E(clock_getcpuclockid(2000000000, (clockid_t[1]){ 0 })), E(sleep(0));
	timer_t timer;
	E(timer_create(CLOCK_MONOTONIC, &(struct sigevent){ .sigev_notify = SIGEV_NONE }, &timer)), E(timer_gettime(timer, (struct itimerspec[1]){ 0 })), E(timer_getoverrun(timer)), E(timer_delete(timer));
	struct termios t = { 0 };
	cfmakeraw(&t), E(t.c_cflag), E(cfsetispeed(&t, B9600)), E(cfsetospeed(&t, B38400)), E(cfgetispeed(&t)), E(cfgetospeed(&t)), E(cfsetspeed(&t, 115200)), E(cfsetspeed(&t, 5)), E(cfgetospeed(&t));
	int fd = open("/dev/null", O_RDWR);
	E(tcgetattr(fd, &t)), E(tcsetattr(fd, TCSANOW, &t)), E(tcsetattr(fd, 99, &t)), E(tcdrain(fd)), E(tcflow(fd, 0)), E(tcflush(fd, 0)), E(tcsendbreak(fd, 0)), E(tcgetpgrp(fd)), E(tcsetpgrp(fd, 1)), E(tcgetsid(fd)), E(login_tty(-1)), E(grantpt(fd)), E(unlockpt(fd)), E(ptsname(fd) != NULL), E(ptsname_r(fd, b, 100) != 0), E(posix_openpt(-1));
}

static void asynchronous(void)
{
	char b[10] = "";
	int fd = open("/tmp/uk-aio", O_RDWR | O_CREAT | O_TRUNC, 0600);
	struct aiocb w = { .aio_fildes = fd, .aio_buf = "hello", .aio_nbytes = 5 }, r = { .aio_fildes = fd, .aio_buf = b, .aio_nbytes = 5 }, s = { .aio_fildes = fd };
	struct aiocb64 w64 = { .aio_fildes = fd, .aio_buf = "world", .aio_nbytes = 5, .aio_offset = 5 }, r64 = { .aio_fildes = fd, .aio_buf = b, .aio_nbytes = 5, .aio_offset = 5 }, s64 = { .aio_fildes = fd };
#define WAIT(cb, suspend, error) (({ while (error(&cb) == EINPROGRESS) suspend((const void *)(const void *[]){ &cb }, 1, NULL); }), error(&cb))
	E(aio_write(&w)), E(WAIT(w, aio_suspend, aio_error)), E(aio_return(&w)), E(aio_read(&r)), E(WAIT(r, aio_suspend, aio_error)), E(aio_return(&r)), puts(b), E(aio_fsync(O_SYNC, &s)), E(WAIT(s, aio_suspend, aio_error)), E(aio_cancel(fd, NULL)), E(aio_write64(&w64)), E(WAIT(w64, aio_suspend64, aio_error64)), E(aio_return64(&w64)), E(aio_read64(&r64)), E(WAIT(r64, aio_suspend64, aio_error64)), E(aio_return64(&r64)), puts(b), E(aio_fsync64(O_DSYNC, &s64)), E(WAIT(s64, aio_suspend64, aio_error64)), E(aio_cancel64(fd, NULL)), E(aio_fsync(99, &s));
	r.aio_lio_opcode = LIO_READ, E(lio_listio(LIO_WAIT, (struct aiocb *[]){ &r }, 1, NULL)), E(aio_return(&r)), r64.aio_lio_opcode = LIO_READ, E(lio_listio64(LIO_WAIT, (struct aiocb64 *[]){ &r64 }, 1, NULL)), E(lio_listio(9, NULL, 0, NULL)), close(fd), unlink("/tmp/uk-aio");
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	dup2(1, 2), umask(022);
	files(), memory(), process(), asynchronous();
	return 0;
}
