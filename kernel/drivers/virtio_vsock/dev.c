/* /dev/vsock: the number of this machine. */
#include "vsock.h"

#define GET_LOCAL_CID	0x7b9	/* IOCTL_VM_SOCKETS_GET_LOCAL_CID */

static long dev_ioctl(struct file *f, unsigned long cmd, unsigned long arg)
{
	if (cmd != GET_LOCAL_CID)
		return -ENOTTY;
	CHECK_WRITE((void *)arg, sizeof(u32));
	*(u32 *)arg = device_present() ? device_cid() : CID_LOCAL;
	return 0;
}

static const struct file_ops dev_ops = { .ioctl = dev_ioctl };

DEVNODE(vsock, "vsock", S_IFCHR | 0666, MAKEDEV(10, 121), &dev_ops);
