/* The functions of system calls, grouped by the folder that has them; SYSCALL() below a definition makes it one that
 * programs reach. */
#ifndef SYSCALLS_H
#define SYSCALLS_H

#include "types.h"

struct altstack;
struct attr;
struct clone_args;
struct data;
struct epoll_event;
struct handle;
struct header;
struct iovec;
struct itimerspec;
struct itimerval;
struct mmsghdr;
struct mq_attr;
struct msgbuf;
struct msghdr;
struct open_how;
struct pollfd;
struct rlimit;
struct rusage;
struct sembuf;
struct sigaction_kernel;
struct sigevent;
struct siginfo;
struct sigset_arg;
struct stat;
struct statfs;
struct statx;
struct sysinfo;
struct timespec;
struct timeval;
struct timex;
struct utsname;

/* arch/x86_64/ */
long sys_rt_sigreturn(void);

/* core/signal/ */
int sys_signal_restarts(void);

/* sys/file/ */
long sys_access(const char *path, int mode);
long sys_chdir(const char *path);
long sys_chmod(const char *path, u32 mode);
long sys_chown(const char *path, u32 uid, u32 gid);
long sys_chroot(const char *path);
long sys_close(int fd);
long sys_close_range(u32 first, u32 last, u32 flags);
long sys_copy_file_range(int in_fd, s64 *in_user, int out_fd, s64 *out_user, size_t n, u32 flags);
long sys_creat(const char *path, u32 mode);
long sys_dup(int fd);
long sys_dup2(int from, int to);
long sys_dup3(int from, int to, int flags);
long sys_epoll_create(int size);
long sys_epoll_create1(int flags);
long sys_epoll_ctl(int epfd, int op, int fd, const struct epoll_event *user);
long sys_epoll_pwait(int epfd, struct epoll_event *events, int max, int ms, const u64 *mask, size_t size);
long sys_epoll_pwait2(int epfd, struct epoll_event *events, int max, const struct timespec *timeout, const u64 *mask, size_t size);
long sys_epoll_wait(int epfd, struct epoll_event *events, int max, int ms);
long sys_eventfd(u32 count);
long sys_eventfd2(u32 count, int flags);
long sys_faccessat(int dirfd, const char *path, int mode);
long sys_faccessat2(int dirfd, const char *path, int mode, int flags);
long sys_fadvise64(int fd, s64 offset, s64 n, int advice);
long sys_fallocate(int fd, int mode, s64 offset, s64 len);
long sys_fchdir(int fd);
long sys_fchmod(int fd, u32 mode);
long sys_fchmodat(int dirfd, const char *path, u32 mode);
long sys_fchmodat2(int dirfd, const char *path, u32 mode, int flags);
long sys_fchown(int fd, u32 uid, u32 gid);
long sys_fchownat(int dirfd, const char *path, u32 uid, u32 gid, int flags);
long sys_fcntl(int fd, int cmd, unsigned long arg);
long sys_fdatasync(int fd);
long sys_fgetxattr(int fd, const char *name, void *value, size_t size);
long sys_flistxattr(int fd, char *names, size_t size);
long sys_flock(int fd, int op);
long sys_fremovexattr(int fd, const char *name);
long sys_fsetxattr(int fd, const char *name, const void *value, size_t size, int flags);
long sys_fstat(int fd, struct stat *st);
long sys_fstatfs(int fd, struct statfs *st);
long sys_fsync(int fd);
long sys_ftruncate(int fd, s64 size);
long sys_futimesat(int dirfd, const char *path, const struct timeval *user);
long sys_getcwd(char *user, size_t size);
long sys_getdents(int fd, void *buf, u32 size);
long sys_getdents64(int fd, void *buf, u32 size);
long sys_getxattr(const char *path, const char *name, void *value, size_t size);
long sys_ioctl(int fd, unsigned int cmd, unsigned long arg);
long sys_lchown(const char *path, u32 uid, u32 gid);
long sys_lgetxattr(const char *path, const char *name, void *value, size_t size);
long sys_link(const char *from, const char *to);
long sys_linkat(int from_fd, const char *from, int to_fd, const char *to, int flags);
long sys_listxattr(const char *path, char *names, size_t size);
long sys_llistxattr(const char *path, char *names, size_t size);
long sys_lremovexattr(const char *path, const char *name);
long sys_lseek(int fd, s64 offset, int whence);
long sys_lsetxattr(const char *path, const char *name, const void *value, size_t size, int flags);
long sys_lstat(const char *path, struct stat *st);
long sys_memfd_create(const char *name, u32 flags);
long sys_mkdir(const char *path, u32 mode);
long sys_mkdirat(int dirfd, const char *path, u32 mode);
long sys_mknod(const char *path, u32 mode, u64 dev);
long sys_mknodat(int dirfd, const char *path, u32 mode, u64 dev);
long sys_mount(const char *source, const char *target, const char *type, unsigned long flags, const void *data);
long sys_name_to_handle_at(int dirfd, const char *path, struct handle *user, int *mount, int flags);
long sys_newfstatat(int dirfd, const char *path, struct stat *st, int flags);
long sys_open(const char *path, int flags, u32 mode);
long sys_openat(int dirfd, const char *path, int flags, u32 mode);
long sys_openat2(int dirfd, const char *path, const struct open_how *user, size_t size);
long sys_pipe(int fds[2]);
long sys_pipe2(int fds[2], int flags);
long sys_poll(struct pollfd *fds, unsigned long n, int ms);
long sys_ppoll(struct pollfd *fds, unsigned long n, struct timespec *timeout, const u64 *mask, size_t size);
long sys_pread64(int fd, void *buf, size_t n, s64 offset);
long sys_preadv(int fd, const struct iovec *v, unsigned long n, s64 low);
long sys_preadv2(int fd, const struct iovec *v, unsigned long n, s64 low, u64 high, int flags);
long sys_pselect6(int n, u64 *in, u64 *out, u64 *ex, struct timespec *timeout, const struct sigset_arg *arg);
long sys_pwrite64(int fd, const void *buf, size_t n, s64 offset);
long sys_pwritev(int fd, const struct iovec *v, unsigned long n, s64 low);
long sys_pwritev2(int fd, const struct iovec *v, unsigned long n, s64 low, u64 high, int flags);
long sys_read(int fd, void *buf, size_t n);
long sys_readahead(int fd, s64 offset, size_t n);
long sys_readlink(const char *path, char *buf, int size);
long sys_readlinkat(int dirfd, const char *path, char *buf, int size);
long sys_readv(int fd, const struct iovec *user, unsigned long n);
long sys_removexattr(const char *path, const char *name);
long sys_rename(const char *from, const char *to);
long sys_renameat(int from_fd, const char *from, int to_fd, const char *to);
long sys_renameat2(int from_fd, const char *from, int to_fd, const char *to, u32 flags);
long sys_rmdir(const char *path);
long sys_select(int n, u64 *in, u64 *out, u64 *ex, struct timeval *tv);
long sys_sendfile(int out_fd, int in_fd, s64 *user, size_t n);
long sys_setxattr(const char *path, const char *name, const void *value, size_t size, int flags);
long sys_splice(int in_fd, s64 *in_user, int out_fd, s64 *out_user, size_t n, u32 flags);
long sys_stat(const char *path, struct stat *st);
long sys_statfs(const char *path, struct statfs *st);
long sys_statx(int dirfd, const char *path, int flags, u32 mask, struct statx *user);
long sys_symlink(const char *target, const char *path);
long sys_symlinkat(const char *target, int dirfd, const char *path);
long sys_sync(void);
long sys_sync_file_range(int fd, s64 offset, s64 n, u32 flags);
long sys_syncfs(int fd);
long sys_tee(int in_fd, int out_fd, size_t n, u32 flags);
long sys_timerfd_create(int clock, int flags);
long sys_timerfd_gettime(int fd, struct itimerspec *out);
long sys_timerfd_settime(int fd, int flags, const struct itimerspec *new, struct itimerspec *old);
long sys_truncate(const char *path, s64 size);
long sys_umask(u32 mask);
long sys_umount2(const char *target, int flags);
long sys_unlink(const char *path);
long sys_unlinkat(int dirfd, const char *path, int flags);
long sys_utime(const char *path, const s64 *user);
long sys_utimensat(int dirfd, const char *path, const struct timespec *user, int flags);
long sys_utimes(const char *path, const struct timeval *user);
long sys_vmsplice(int fd, const struct iovec *user, unsigned long n, u32 flags);
long sys_write(int fd, const void *buf, size_t n);
long sys_writev(int fd, const struct iovec *user, unsigned long n);

/* sys/identity/ */
long sys_capget(struct header *h, struct data *d);
long sys_capset(struct header *h, const struct data *d);
long sys_getegid(void);
long sys_geteuid(void);
long sys_getgid(void);
long sys_getgroups(int n, u32 *list);
long sys_getresgid(u32 *r, u32 *e, u32 *s);
long sys_getresuid(u32 *r, u32 *e, u32 *s);
long sys_getuid(void);
void sys_identity_everywhere(void);
long sys_setfsgid(u32 g);
long sys_setfsuid(u32 u);
long sys_setgid(u32 g);
long sys_setgroups(int n, const u32 *list);
long sys_setregid(u32 r, u32 e);
long sys_setresgid(u32 r, u32 e, u32 s);
long sys_setresuid(u32 r, u32 e, u32 s);
long sys_setreuid(u32 r, u32 e);
long sys_setuid(u32 u);

/* sys/inotify/ */
long sys_inotify_add_watch(int fd, const char *path, u32 mask);
long sys_inotify_init(void);
long sys_inotify_init1(int flags);
long sys_inotify_rm_watch(int fd, int wd);

/* sys/ipc/ */
long sys_msgctl(int id, int cmd, void *buf);
long sys_msgget(int key, int flags);
long sys_msgrcv(int id, struct msgbuf *out, size_t size, s64 type, int flags);
long sys_msgsnd(int id, const struct msgbuf *in, size_t size, int flags);
long sys_semctl(int id, int num, int cmd, u64 arg);
long sys_semget(int key, int count, int flags);
long sys_semop(int id, const struct sembuf *ops, size_t count);
long sys_semtimedop(int id, const struct sembuf *ops, size_t count, const struct timespec *timeout);
long sys_shmat(int id, u64 addr, int flags);
long sys_shmctl(int id, int cmd, void *buf);
long sys_shmdt(u64 addr);
long sys_shmget(int key, size_t size, int flags);

/* sys/memory/ */
long sys_brk(u64 want);
long sys_get_mempolicy(int *result, u64 *nodes, u64 max, const void *addr, u32 flags);
long sys_madvise(u64 addr, u64 len, int advice);
long sys_mbind(u64 start, u64 len, u32 mode, const u64 *nodes, u64 max, u32 flags);
long sys_mincore(u64 addr, u64 len, u8 *vec);
long sys_mlock(u64 addr, u64 len);
long sys_mlock2(u64 addr, u64 len, int flags);
long sys_mlockall(int flags);
long sys_mmap(u64 addr, u64 len, int prot, int flags, int fd, u64 offset);
long sys_mprotect(u64 addr, u64 len, int prot);
long sys_mremap(u64 old, u64 old_len, u64 new_len, int flags, u64 new_addr);
long sys_msync(u64 addr, u64 len, int flags);
long sys_munlock(u64 addr, u64 len);
long sys_munlockall(void);
long sys_munmap(u64 addr, u64 len);
long sys_munmap_freed(u64 addr, u64 len);
long sys_pkey_alloc(u64 flags, u64 rights);
long sys_pkey_free(int key);
long sys_pkey_mprotect(u64 addr, u64 len, int prot, int key);
long sys_set_mempolicy(u32 mode, const u64 *nodes, u64 max);

/* sys/mqueue/ */
long sys_mq_getsetattr(int fd, const struct mq_attr *new, struct mq_attr *old);
long sys_mq_notify(int fd, const struct sigevent *event);
long sys_mq_open(const char *name, int flags, u32 mode, const struct mq_attr *attr);
long sys_mq_timedreceive(int fd, void *text, size_t size, u32 *priority, const struct timespec *at);
long sys_mq_timedsend(int fd, const void *text, size_t size, u32 priority, const struct timespec *at);
long sys_mq_unlink(const char *name);

/* sys/pidfd/ */
long sys_kcmp(int a, int b, int type, u64 index_a, u64 index_b);
long sys_pidfd_getfd(int fd, int target, u32 flags);
long sys_pidfd_open(int pid, u32 flags);
long sys_pidfd_send_signal(int fd, int sig, const struct siginfo *user, u32 flags);
long sys_process_vm_readv(int pid, const struct iovec *local, unsigned long n, const struct iovec *remote, unsigned long m, u64 flags);
long sys_process_vm_writev(int pid, const struct iovec *local, unsigned long n, const struct iovec *remote, unsigned long m, u64 flags);

/* sys/raw/ */
long sys_dynamic(long nr, long a, long b, long c, long d, long e, long f);

/* sys/signal/ */
long sys_alarm(unsigned seconds);
long sys_getitimer(unsigned which, struct itimerval *cur);
long sys_kill(int pid, int sig);
long sys_pause(void);
long sys_rt_sigaction(int sig, const struct sigaction_kernel *act, struct sigaction_kernel *old, size_t size);
long sys_rt_sigpending(u64 *set, size_t size);
long sys_rt_sigprocmask(int how, const u64 *set, u64 *old, size_t size);
long sys_rt_sigqueueinfo(int pid, int sig, const struct siginfo *user);
long sys_rt_sigsuspend(const u64 *mask, size_t size);
long sys_rt_sigtimedwait(const u64 *set, struct siginfo *info, const struct timespec *timeout, size_t size);
long sys_rt_tgsigqueueinfo(int tgid, int tid, int sig, const struct siginfo *user);
long sys_setitimer(unsigned which, const struct itimerval *new, struct itimerval *old);
long sys_sigaltstack(const struct altstack *new, struct altstack *old);
long sys_signalfd(int fd, const u64 *set, size_t size);
long sys_signalfd4(int fd, const u64 *set, size_t size, int flags);
long sys_tgkill(int tgid, int tid, int sig);
long sys_timer_create(int clock, const struct sigevent *ev, int *id);
long sys_timer_delete(int id);
long sys_timer_getoverrun(int id);
long sys_timer_gettime(int id, struct itimerspec *cur);
long sys_timer_settime(int id, int flags, const struct itimerspec *new, struct itimerspec *old);
long sys_tkill(int tid, int sig);

/* sys/socket/ */
long sys_accept(int fd, void *address, u32 *len);
long sys_accept4(int fd, void *address, u32 *len, int flags);
long sys_bind(int fd, const void *address, int len);
long sys_connect(int fd, const void *address, int len);
long sys_getpeername(int fd, void *user, u32 *len);
long sys_getsockname(int fd, void *user, u32 *len);
long sys_getsockopt(int fd, int level, int option, void *user, int *len);
long sys_listen(int fd, int backlog);
long sys_recvfrom(int fd, void *buf, size_t n, int flags, void *address, u32 *len);
long sys_recvmmsg(int fd, struct mmsghdr *v, u32 n, int flags, struct timespec *timeout);
long sys_recvmsg(int fd, struct msghdr *msg, int flags);
long sys_sendmmsg(int fd, struct mmsghdr *v, u32 n, int flags);
long sys_sendmsg(int fd, const struct msghdr *msg, int flags);
long sys_sendto(int fd, const void *buf, size_t n, int flags, const void *address, int len);
long sys_setsockopt(int fd, int level, int option, const void *user, int len);
long sys_shutdown(int fd, int how);
long sys_socket(int family, int type, int protocol);
long sys_socketpair(int family, int type, int protocol, int fds[2]);

/* sys/system/ */
long sys_getpgid(int pid);
long sys_getpgrp(void);
long sys_getpid(void);
long sys_getppid(void);
long sys_getrandom(u8 *buf, size_t n, unsigned flags);
long sys_getrlimit(unsigned which, struct rlimit *old);
long sys_getrusage(int who, struct rusage *u);
long sys_getsid(int pid);
long sys_personality(u32 persona);
long sys_prctl(int op, u64 a, u64 b, u64 c, u64 d);
long sys_prlimit64(int pid, unsigned which, const struct rlimit *new, struct rlimit *old);
long sys_setdomainname(const char *name, int len);
long sys_sethostname(const char *name, int len);
long sys_setpgid(int pid, int pgid);
long sys_setrlimit(unsigned which, const struct rlimit *new);
long sys_setsid(void);
long sys_sysinfo(struct sysinfo *s);
long sys_times(s64 *buf);
long sys_uname(struct utsname *u);
long sys_wait4(int pid, int *status, u32 options, void *usage);
long sys_waitid(int which, int id, void *info, u32 options, void *usage);

/* sys/thread/ */
long sys_arch_prctl(int code, u64 addr);
long sys_clone(u64 flags, u64 stack, int *ptid, int *ctid, u64 tls);
long sys_clone3(const struct clone_args *a, size_t size);
long sys_clone_thread(int (*fn)(void *), void *stack, int flags, void *arg, int *ptid, void *tls, int *ctid);
noreturn long sys_exit(int code);
noreturn long sys_exit_group(int code);
long sys_futex(int *addr, int op, int value, const struct timespec *timeout, int *addr2, u32 value3);
long sys_get_robust_list(int tid, void **head, size_t *len);
long sys_getcpu(u32 *cpu, u32 *node);
long sys_getpriority(int which, int who);
long sys_gettid(void);
long sys_ioprio_get(int which, int who);
long sys_ioprio_set(int which, int who, int value);
long sys_membarrier(int cmd, unsigned flags, int cpu);
long sys_rseq(void *area, u32 len, int flags, u32 signature);
long sys_sched_get_priority_max(int policy);
long sys_sched_get_priority_min(int policy);
long sys_sched_getaffinity(int tid, size_t len, u64 *mask);
long sys_sched_getattr(int tid, struct attr *user, u32 size, u32 flags);
long sys_sched_getparam(int tid, int *param);
long sys_sched_getscheduler(int tid);
long sys_sched_rr_get_interval(int tid, struct timespec *ts);
long sys_sched_setaffinity(int tid, u32 len, const void *user);
long sys_sched_setattr(int tid, const struct attr *user, u32 flags);
long sys_sched_setparam(int tid, const int *param);
long sys_sched_setscheduler(int tid, int policy, const int *param);
long sys_sched_yield(void);
long sys_set_robust_list(void *head, size_t len);
long sys_set_tid_address(int *addr);
long sys_setpriority(int which, int who, int nice);
noreturn void sys_unmap_exit(void *base, size_t len);

/* sys/time/ */
long sys_adjtimex(struct timex *t);
long sys_clock_adjtime(int clock, struct timex *t);
long sys_clock_getres(int clock, struct timespec *ts);
long sys_clock_gettime(int clock, struct timespec *ts);
long sys_clock_nanosleep(int clock, int flags, const struct timespec *req, struct timespec *rem);
long sys_clock_settime(int clock, const struct timespec *ts);
long sys_gettimeofday(struct timeval *tv, u32 *zone);
long sys_nanosleep(const struct timespec *req, struct timespec *rem);
long sys_settimeofday(const struct timeval *tv, const int *zone);
long sys_time(s64 *out);

#endif
