#include "file.h"

long sys_getcwd(char *user, size_t size)
{
	KERNEL_LOCK();
	char *buf = kmalloc(PATH_MAX);
	if (!buf)
		return -ENOMEM;
	long n = vnode_path(cwd_vnode ? cwd_vnode : root_vnode, NULL, buf, PATH_MAX);
	if (n == -ERANGE)
		n = -ENAMETOOLONG;
	if (n >= 0) {
		n++;
		if ((size_t)n > size)
			n = -ERANGE;
		else if (!user_ok(user, n, PROT_WRITE))
			n = -EFAULT;
		else
			memcpy(user, buf, n);
	}
	kfree(buf);
	return n;
}
SYSCALL(79, getcwd, FULL);
