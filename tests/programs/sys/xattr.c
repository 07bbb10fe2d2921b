/* Extended attributes of files in memory. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>
#include "alone.h"

static char buf[70000], big[70000];

static void show(const char *what, long r)
{
	printf("%s: %ld %s\n", what, r, r < 0 ? strerrorname_np(errno) : "");
}

static void list(const char *what, const char *path)
{
	long n = listxattr(path, buf, sizeof buf);

	printf("%s: %ld", what, n);
	for (char *p = buf; n > 0 && p < buf + n; p += strlen(p) + 1)
		printf(" %s", p);
	printf("\n");
}

int main(void)
{
	char name[300] = "user.";

	run_alone();
	chdir("/dev/shm");
	unlink("xa");
	unlink("xl");
	unlink("xp");
	rmdir("xd");
	int f = open("xa", O_CREAT | O_RDWR, 0600);
	show("none", listxattr("xa", NULL, 0));
	show("get none", getxattr("xa", "user.a", buf, 10));
	show("remove none", removexattr("xa", "user.a"));
	show("set", setxattr("xa", "user.b", "value", 5, 0));
	show("set", fsetxattr(f, "user.a", "x", 1, XATTR_CREATE));
	show("exists", setxattr("xa", "user.a", "y", 1, XATTR_CREATE));
	show("replace", setxattr("xa", "user.a", "longer", 6, XATTR_REPLACE));
	show("replace none", setxattr("xa", "user.c", "y", 1, XATTR_REPLACE));
	show("both", setxattr("xa", "user.c", "y", 1, XATTR_REPLACE | XATTR_CREATE));
	show("flags", setxattr("xa", "user.c", "y", 1, 4));
	show("size", getxattr("xa", "user.a", NULL, 0));
	memset(buf, 0, 20);
	show("get", fgetxattr(f, "user.a", buf, 100));
	printf("[%s]\n", buf);
	show("little room", getxattr("xa", "user.a", buf, 5));
	show("trusted", setxattr("xa", "trusted.t", "", 0, 0));
	show("security", setxattr("xa", "security.s", "z", 1, 0));
	show("empty", getxattr("xa", "trusted.t", buf, 5));
	show("other", setxattr("xa", "other.t", "v", 1, 0));
	show("other", getxattr("xa", "other.t", buf, 1));
	show("bare", setxattr("xa", "user.", "v", 1, 0));
	show("no dot", setxattr("xa", "user", "v", 1, 0));
	show("no name", setxattr("xa", "", "v", 1, 0));
	memset(name + 5, 'n', 250);
	show("longest name", setxattr("xa", name, "v", 1, 0));
	show("remove it", removexattr("xa", name));
	name[255] = 'n';
	show("too long", setxattr("xa", name, "v", 1, 0));
	show("too long", getxattr("xa", name, buf, 1));
	show("large", setxattr("xa", "security.large", big, 65536, 0));
	show("large", getxattr("xa", "security.large", buf, sizeof buf));
	show("too large", setxattr("xa", "security.large", big, 65537, 0));
	show("remove", removexattr("xa", "security.large"));
	show("bad pointer", setxattr("xa", "user.c", (void *)8, 5, 0));
	show("bad name", setxattr("xa", (void *)8, "v", 1, 0));
	show("bad buffer", getxattr("xa", "user.a", (void *)8, 10));
	show("no file", setxattr("nothing", "user.a", "v", 1, 0));
	list("list", "xa");
	show("list size", flistxattr(f, NULL, 0));
	show("list room", flistxattr(f, buf, 5));
	symlink("xa", "xl");
	show("through link", getxattr("xl", "user.b", buf, 10));
	show("of the link", lgetxattr("xl", "user.b", buf, 10));
	show("on the link", lsetxattr("xl", "user.b", "v", 1, 0));
	show("trusted on the link", lsetxattr("xl", "trusted.b", "v", 1, 0));
	show("link's list", llistxattr("xl", buf, 100));
	mkfifo("xp", 0600);
	show("fifo", setxattr("xp", "user.b", "v", 1, 0));
	show("fifo", getxattr("xp", "user.b", buf, 1));
	mkdir("xd", 0700);
	show("folder", setxattr("xd", "user.b", "v", 1, 0));
	list("folder", "xd");
	rename("xa", "xb");
	list("renamed", "xb");
	show("remove", lremovexattr("xb", "user.b"));
	show("remove", fremovexattr(f, "user.a"));
	list("left", "xb");
	show("closed", fgetxattr(99, "user.a", buf, 1));
	unlink("xb");
	unlink("xl");
	unlink("xp");
	rmdir("xd");
	return 0;
}
