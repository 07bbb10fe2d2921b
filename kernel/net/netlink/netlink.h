/* Network interfaces, and sockets of AF_NETLINK that tell of them (netlink(7), rtnetlink(7)). There is lo, and eth0 when
 * the machine has a way out; a program cannot change them. */
#ifndef NETLINK_NETLINK_H
#define NETLINK_NETLINK_H

#include "../inet/inet.h"
#include "../inet/interface.h"

/* reply.c: the answers to one request. */
struct reply {
	u8 *data;
	u32 len, room;
	u32 sequence, port;
	u16 flags;		/* of each message: NLM_F_MULTI */
	bool failed;		/* memory ran out */
};
struct nlmsghdr { u32 len; u16 type, flags; u32 sequence, port; };
#define NLM_F_MULTI	2
#define NLM_F_ACK	4
#define NLM_F_DUMP	0x300	/* either bit asks for all (Linux net/core/rtnetlink.c, rtnetlink_rcv_msg) */
#define NLMSG_ERROR	2
#define NLMSG_DONE	3
u32 reply_begin(struct reply *r, u16 type, const void *head, u32 len);	/* where the message begins, for reply_end */
void reply_attribute(struct reply *r, u16 type, const void *value, u32 len);
void reply_append(struct reply *r, const void *data, u32 len);
void reply_end(struct reply *r, u32 at);

extern const char interface_list_file[1];	/* selects a file that is reached by af_netlink.h alone */

/* route.c: 0, or a positive errno. */
int route_answer(struct reply *r, const struct nlmsghdr *h, const u8 *data, u32 len);

/* diag.c: likewise */
int diag_answer(struct reply *r, const struct nlmsghdr *h, const u8 *data, u32 len);

#endif
