/* chroot(2), as root; compared with what Linux said to root. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define S(n, ...) do { errno = 0; long r_ = syscall(SYS_##n, ##__VA_ARGS__); printf("%s(%s)%s%s\n", #n, #__VA_ARGS__, r_ < 0 ? ": " : " ok", r_ < 0 ? strerror(errno) : ""); } while (0)

int main(void)
{
	char long_name[300], buf[256];
	struct stat root, here;

	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	memset(long_name, 'x', sizeof(long_name) - 1);
	long_name[299] = 0;
	chdir("/tmp");
	mkdir("chroot", 0755), mkdir("chroot/in", 0755), mkdir("chroot/shut", 0700);
	close(open("chroot/file", O_CREAT, 0600));
	symlink("loop", "chroot/loop");
	symlink("/file", "chroot/link");
	S(chroot, "none"); S(chroot, ""); S(chroot, "chroot/file"); S(chroot, "chroot/file/x"); S(chroot, long_name); S(chroot, "chroot/loop"); S(chroot, (char *)8);
	int out = open("/", O_RDONLY);
	S(chroot, "chroot");
	S(chdir, "/"); S(getcwd, buf, 256);
	printf("%s\n", buf);
	S(access, "/file", 0); S(access, "/../file", 0); S(access, "../../file", 0); S(access, "/link", 0); S(access, "/tmp", 0); S(access, "/proc", 0);
	stat("/", &root), stat("..", &here);
	printf("same %d\n", root.st_ino == here.st_ino && root.st_dev == here.st_dev);
	S(mkdir, "/made", 0755); S(chdir, "in"); S(getcwd, buf, 256);
	printf("%s\n", buf);
	S(rmdir, "/made"); S(rmdir, "/in"); S(rmdir, "/shut");
	S(unlink, "/file"); S(unlink, "/link"); S(unlink, "/loop");
	fchdir(out);
	S(chroot, "."); S(rmdir, "/tmp/chroot"); S(setuid, 1000); S(chroot, "/tmp");
	return 0;
}
