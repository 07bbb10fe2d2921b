#include "file.h"
#include "memfd.h"

#define MFD_CLOEXEC		1
#define MFD_ALLOW_SEALING	2
#define MFD_NOEXEC_SEAL		8
#define MFD_EXEC		16

/* memfd_create(2); no huge pages. */
long sys_memfd_create(const char *name, u32 flags)
{
	struct file *f;

	KERNEL_LOCK();
	if ((flags & (MFD_EXEC | MFD_NOEXEC_SEAL)) == (MFD_EXEC | MFD_NOEXEC_SEAL) || flags & ~(MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL | MFD_EXEC))
		return -EINVAL;
	long n = user_strlen(name, 250);
	if (n < 0)
		return n == -ENAMETOOLONG ? -EINVAL : n;
	u32 seals = flags & MFD_NOEXEC_SEAL ? F_SEAL_EXEC : flags & MFD_ALLOW_SEALING ? 0 : F_SEAL_SEAL;
	struct vnode *v = memfd_new(flags & MFD_NOEXEC_SEAL ? 0666 : 0777, seals);
	if (!v)
		return -ENOMEM;
	v->name = kmalloc(n + 7);	/* for /proc/self/maps */
	if (v->name) {
		memcpy(v->name, "memfd:", 6);
		memcpy(v->name + 6, name, n);
		v->name[6 + n] = 0;
	}
	int err = vnode_open(v, O_RDWR, &f);
	vnode_put(v);
	if (err)
		return err;
	f->flags |= 0100000;	/* O_LARGEFILE */
	return fd_install(f, 0, flags & MFD_CLOEXEC);
}
SYSCALL(319, memfd_create, PARTIAL("no huge pages"));
