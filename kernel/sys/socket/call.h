/* Shared by the socket calls. */
#ifndef SYS_SOCKET_CALL_H
#define SYS_SOCKET_CALL_H

#include "../file/file.h"
#include "socket.h"

/* Declares F: the socket that FD refers to, held until the function returns. */
#define FD_SOCKET(f, fd)		\
	FD_FILE(f, fd);			\
	if (!S_ISSOCK(f->vnode->mode))		\
		return -ENOTSOCK

#define MSG_CMSG_COMPAT	0x80000000	/* inside Linux: for programs of 32 bits */

struct mmsghdr {
	struct msghdr hdr;
	u32 len, pad;
};

/* address.c: between programs and messages. */
int address_get(struct socket_msg *m, const void *user, int len);	/* USER NULL: there is none */
int address_copy(struct socket_msg *m, const void *user, int len);
int address_put(void *user, u32 *user_len, const void *name, int len);

/* sendmsg.c, recvmsg.c */
long do_sendmsg(struct file *f, const struct msghdr *user, int flags);
long do_recvmsg(struct file *f, struct msghdr *user, int flags);

#endif
