/* /dev/vsock: the number of this machine among virtual machines (vsock(7)). The driver of sockets keeps it. */
#include "af_vsock.h"
#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"

#define GET_LOCAL_CID	0x7b9	/* IOCTL_VM_SOCKETS_GET_LOCAL_CID */

static long dev_ioctl(struct file *f, unsigned long cmd, unsigned long arg)
{
	if (cmd != GET_LOCAL_CID)
		return -ENOTTY;
	CHECK_WRITE((void *)arg, sizeof(u32));
	*(u32 *)arg = vsock_local_cid();
	return 0;
}

static const struct file_ops dev_ops = { .ioctl = dev_ioctl };

DEVNODE(vsock, "vsock", S_IFCHR | 0666, MAKEDEV(10, 121), &dev_ops);
