/* Who the program is by what its file gives it, and the extended attributes of files of the image. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static char *volatile nowhere = (char *)8;

static void attributes(const char *path)
{
	char names[4096], value[4096], *list[64];
	int n = 0, size = listxattr(path, names, sizeof(names));

	printf("%s: %d bytes of names", strrchr(path, '/') + 1, size);
	if (size != listxattr(path, NULL, 0) || (size && listxattr(path, names, 1) != -1))
		printf(", otherwise counted");
	for (char *s = names; s < names + size; s += strlen(s) + 1)
		list[n++] = s;
	qsort(list, n, sizeof(*list), by_name);
	for (int i = 0; i < n; i++) {
		int len = getxattr(path, list[i], value, sizeof(value));
		printf(", %s = %d [", list[i], len);
		for (int j = 0; j < len; j++)
			printf(list[i][0] == 'u' ? "%c" : "%02x", (unsigned char)value[j]);
		printf("]");
		if (len != getxattr(path, list[i], NULL, 0) || (len > 1 && (getxattr(path, list[i], value, 1) != -1 || errno != ERANGE)))
			printf(", otherwise counted");
	}
	printf("\n  other: %s", getxattr(path, "user.none", value, sizeof(value)) < 0 ? strerror(errno) : "there");
	printf(", %s", getxattr(path, "other.none", value, sizeof(value)) < 0 ? strerror(errno) : "there");
	printf(", by a bad pointer: %s", n && getxattr(path, list[0], nowhere, sizeof(value)) < 0 ? strerror(errno) : "-");
	int fd = open(path, O_RDONLY);
	printf(", by its number %zd", flistxattr(fd, names, sizeof(names)));
	printf(", set: %s\n", fsetxattr(fd, "user.new", "x", 1, 0) ? strerror(errno) : "done");
	close(fd);
}

int main(int argc, char **argv)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct c[2];
	uid_t r, e, s;

	getresuid(&r, &e, &s);
	printf("users %d %d %d %d", r, e, s, setfsuid(-1));
	getresgid(&r, &e, &s);
	printf(", groups %d %d %d %d\n", r, e, s, setfsgid(-1));
	printf("vector %lu %lu %lu %lu, secure %lu, variable %s\n", getauxval(AT_UID), getauxval(AT_EUID), getauxval(AT_GID),
		getauxval(AT_EGID), getauxval(AT_SECURE), secure_getenv("NAME") ? "told" : "hidden");
	syscall(SYS_capget, &h, c);
	for (int i = 0; i < 2; i++)	/* not those that kernels got later */
		printf("%s%x %x %x", i ? ", " : "capabilities ", c[i].permitted & (i ? 0xff : ~0u), c[i].effective & (i ? 0xff : ~0u), c[i].inheritable);
	printf(", dumpable %ld\n", (long)prctl(PR_GET_DUMPABLE));
	for (int i = 1; i < argc; i++)
		attributes(argv[i]);
	return 0;
}
