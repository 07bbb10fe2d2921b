/* Limits, identities, priorities: the calls that start-up code makes. */
#define _GNU_SOURCE
#include <errno.h>
#include <pwd.h>
#include <grp.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void)
{
	struct rlimit r;
	cpu_set_t set;

	printf("stack %d\n", getrlimit(RLIMIT_STACK, &r) == 0 && r.rlim_cur >= 1 << 20);
	printf("files %d\n", getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur >= 256);
	printf("address space %d\n", getrlimit(RLIMIT_AS, &r) == 0);
	printf("affinity %d\n", sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) >= 1);
	printf("cpu %d\n", sched_getcpu() >= 0);
	printf("yield %d\n", sched_yield());
	printf("ids %d %d\n", getuid() == geteuid(), getgid() == getegid());
	printf("umask %o %o\n", umask(027), umask(022));
	struct passwd *pw = getpwuid(0);
	printf("root %s %d\n", pw ? pw->pw_name : "?", pw ? pw->pw_dir[0] == '/' : 0);
	struct group *gr = getgrgid(0);
	printf("group %s\n", gr ? gr->gr_name : "?");
	printf("hostname %d\n", gethostname((char[100]){ 0 }, 100));
	printf("no such call %ld", syscall(9999));
	printf(" %s\n", strerror(errno));
	printf("syscall() %d\n", syscall(39) == getpid());
	return 0;
}
