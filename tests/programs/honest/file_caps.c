/* Capabilities that a file gives go with what may make another file of it. Run as root. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

static const char *name = "/tmp/file-caps";
static const unsigned caps[5] = { 0x02000000, 1 << 13 };	/* struct vfs_cap_data: revision 2, CAP_NET_RAW permitted */

static void after(const char *what, long r)
{
	char value[20];

	printf("%s: %ld: ", what, r);
	printf("%s\n", getxattr(name, "security.capability", value, sizeof(value)) == 20 ? "kept" : strerrorname_np(errno));
	setxattr(name, "security.capability", caps, sizeof(caps), 0);
}

int main(void)
{
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0700);

	setxattr(name, "user.other", "x", 1, 0);
	after("new", 0);
	after("nothing written", write(fd, "", 0));
	after("written", write(fd, "text", 4));
	after("mode", chmod(name, 0755));
	after("cut", ftruncate(fd, 2));
	after("cut again", truncate(name, 2));
	after("opened", close(open(name, O_RDWR)));
	after("opened and cut", close(open(name, O_RDWR | O_TRUNC)));
	after("owner", chown(name, 5, 6));
	after("owner as it is", chown(name, -1, -1));
	after("group", chown(name, -1, 7));
	printf("other %zd\n", getxattr(name, "user.other", NULL, 0));
	unlink(name);
	return 0;
}
