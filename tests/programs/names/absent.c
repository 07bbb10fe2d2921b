// What a guest has not got: other processes, other programs, and calls that docs/syscalls.md lists as absent. All say
// ENOSYS, and a file says so. On a host this program must not run: there, some of it would work.
#define _GNU_SOURCE
#include <fcntl.h>
#include <pty.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/acct.h>
#include <sys/fanotify.h>
#include <sys/io.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/pidfd.h>
#include <sys/ptrace.h>
#include <sys/quota.h>
#include <sys/reboot.h>
#include <sys/swap.h>
#include <sys/wait.h>
#include <unistd.h>
#include "show.h"

#define P "/proc/self/exe"
static char *argv[] = { "prog", "again", NULL }, *envp[] = { "A=B", NULL };

extern pid_t fork_2(void) NAMED(__fork), fork_3(void) NAMED(__libc_fork), vfork_2(void) NAMED(__vfork);
extern int system_2(const char *) NAMED(__libc_system);
extern int clone_2(int (*)(void *), void *, int, void *, ...) NAMED(__clone);
extern FILE *popen_2(const char *, const char *) NAMED(_IO_popen);
static int child(void *arg) { return 0; }

static void processes(void)
{
	static char stack[16384];
	char *top = stack + sizeof(stack);
	pid_t pid;
	int fd;

	E(fork()), E(fork_2()), E(fork_3()), E(_Fork()), E(vfork()), E(vfork_2());
	E(clone(child, top, SIGCHLD, NULL)), E(clone_2(child, top, SIGCHLD, NULL));
	E(posix_spawn(&pid, P, NULL, NULL, argv, envp)), E(posix_spawnp(&pid, "sh", NULL, NULL, argv, envp));
	E(popen("true", "r") ? 0 : -1), E(popen_2("true", "w") ? 0 : -1);
	E(system(NULL)), E(system("true")), E(system_2(NULL));
	E(forkpty(&fd, NULL, NULL, NULL)), E(daemon(1, 1));
	E(wait(NULL));
}

static void programs(void)
{
	int fd = open(P, O_RDONLY);

	E(execv(P, argv)), E(execve(P, argv, envp)), E(execvp(P, argv)), E(execvpe(P, argv, envp));
	E(execl(P, "prog", "again", NULL)), E(execle(P, "prog", "again", NULL, envp)), E(execlp(P, "prog", "again", NULL));
	E(fexecve(fd, argv, envp)), E(execveat(AT_FDCWD, P, argv, envp, 0)), E(execveat(fd, "", argv, envp, AT_EMPTY_PATH));
}

static void machine(void)
{
	E(acct(NULL)), E(reboot(RB_DISABLE_CAD)), E(swapon("/dev/vda", 0)), E(swapoff("/dev/vda")), E(iopl(3)), E(klogctl(10, NULL, 0));
	E(quotactl(QCMD(Q_SYNC, USRQUOTA), NULL, 0, NULL)), E(ptrace(PTRACE_TRACEME, 0, NULL, NULL)), E(vhangup());
	E(unshare(CLONE_FS)), E(setns(0, 0));
}

extern int module_init(void *, unsigned long, const char *) NAMED(init_module), module_delete(const char *, int) NAMED(delete_module);
extern int root_pivot(const char *, const char *) NAMED(pivot_root);

static void parts(void)
{
	E(module_init("", 0, "")), E(module_delete("uk-none", 0)), E(root_pivot("/tmp", "/tmp"));
	E(fsopen("tmpfs", 0)), E(fsconfig(-1, 6, NULL, NULL, 0)), E(fsmount(-1, 0, 0)), E(fspick(AT_FDCWD, "/", 0));
	E(mount_setattr(AT_FDCWD, "/", 0, NULL, 0)), E(process_mrelease(-1, 0));
	E(open_tree(AT_FDCWD, "/", 0)), E(move_mount(AT_FDCWD, "/tmp", AT_FDCWD, "/", 0));
}

static void files(void)
{
	struct file_handle h = { 0 };

	E(open_by_handle_at(AT_FDCWD, &h, O_RDONLY));
	E(fanotify_init(FAN_CLASS_NOTIF, O_RDONLY)), E(fanotify_mark(-1, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, "/"));
}

static void memory(void)
{
	void *p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct iovec v = { p, 4096 };

	E(remap_file_pages(p, 4096, 0, 1, 0)), E(process_madvise(-1, &v, 1, MADV_COLD, 0));
}

int main(int argc, char **arguments)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc > 1) {
		printf("began again\n");
		return 1;
	}
	processes(), programs(), machine(), parts(), files(), memory();
	return 0;
}
