/* System calls on processes and memory that musl 1.2.3 has no wrapper for. */
#include <sched.h>
#include <signal.h>
#include <sys/uio.h>
#include <unistd.h>
#include "syscall.h"

int getcpu(unsigned *cpu, unsigned *node) { return syscall(SYS_getcpu, cpu, node, 0); }
int tgkill(int pid, int tid, int sig) { return syscall(SYS_tgkill, pid, tid, sig); }
int execveat(int fd, const char *path, char *const argv[], char *const envp[], int flags) { return syscall(SYS_execveat, fd, path, argv, envp, flags); }
int pidfd_open(int pid, unsigned flags) { return syscall(SYS_pidfd_open, pid, flags); }
int pidfd_getfd(int pidfd, int fd, unsigned flags) { return syscall(SYS_pidfd_getfd, pidfd, fd, flags); }
int pidfd_send_signal(int pidfd, int sig, siginfo_t *si, unsigned flags) { return syscall(SYS_pidfd_send_signal, pidfd, sig, si, flags); }
ssize_t process_madvise(int pidfd, const struct iovec *iov, size_t n, int advice, unsigned flags) { return syscall(SYS_process_madvise, pidfd, iov, n, advice, flags); }
int pkey_alloc(unsigned flags, unsigned rights) { return syscall(SYS_pkey_alloc, flags, rights); }
int pkey_free(int key) { return syscall(SYS_pkey_free, key); }
int pkey_mprotect(void *p, size_t n, int prot, int key)
{
	return key == -1 ? syscall(SYS_mprotect, p, n, prot) : syscall(SYS_pkey_mprotect, p, n, prot, key);
}
int open_tree(int fd, const char *path, unsigned flags) { return syscall(SYS_open_tree, fd, path, flags); }
int move_mount(int fromfd, const char *from, int tofd, const char *to, unsigned flags) { return syscall(SYS_move_mount, fromfd, from, tofd, to, flags); }
int fsopen(const char *name, unsigned flags) { return syscall(SYS_fsopen, name, flags); }
int fsconfig(int fd, unsigned cmd, const char *key, const void *value, int aux) { return syscall(SYS_fsconfig, fd, cmd, key, value, aux); }
int fsmount(int fd, unsigned flags, unsigned attr) { return syscall(SYS_fsmount, fd, flags, attr); }
int fspick(int fd, const char *path, unsigned flags) { return syscall(SYS_fspick, fd, path, flags); }
int mount_setattr(int fd, const char *path, unsigned flags, void *attr, size_t size) { return syscall(SYS_mount_setattr, fd, path, flags, attr, size); }

/* Newer than musl's list of numbers. */
long sys_process_mrelease(int, unsigned);
int process_mrelease(int pidfd, unsigned flags) { return __syscall_ret(sys_process_mrelease(pidfd, flags)); }
