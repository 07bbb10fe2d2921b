/* A network card, as its driver (drivers/virtio_net) and the stack (here) know each other. Everything runs with the kernel
 * lock held. */
#ifndef INET_LWIP_CARD_H
#define INET_LWIP_CARD_H

#include "../inet/inet.h"

#define CARD_HEADER	12	/* bytes for the driver before the first piece of what goes out */
#define CARD_ROOM	64	/* bytes at the begin of a received packet's data: the stack's, but for the last CARD_HEADER */
#define CARD_PIECES	24	/* of what goes out, at most */
#define CARD_FRAME_MAX	(65535 + 14)

struct card_piece {
	void *data;		/* in the direct map */
	u32 len;
};

/* What the card is to do with a packet. */
struct card_work {
	u16 checksum_from, checksum_at;	/* AT counts from FROM; both 0: nothing */
	u16 mss;		/* not 0: a segment of TCP to cut into such */
	u16 headers;		/* bytes in front of its data */
	bool six;		/* of IPv6 */
};

struct net_card {
	struct inet_link link;
	bool checksums;		/* it can do those of TCP and UDP */
	bool cuts4, cuts6;	/* and cut segments */
	/* A frame in N pieces. When the card has it, card_sent is called with COOKIE. False: there is no room, and
	 * card_has_room is called when there is. */
	bool (*send)(const struct card_piece *v, unsigned n, const struct card_work *w, void *cookie);
	bool (*room)(void);	/* for whatever frame; when not, as send */
	void (*kick)(void);	/* tells the device of what was sent */
	void (*poll)(void);	/* looks for what came and what is done */
	void (*check_link)(void);	/* each second */
};

/* attach.c, for the driver. */
int card_attach(struct net_card *c);	/* 0, or -EBUSY: there is one already */
void card_received(struct list *packets, u32 total, bool checked);	/* struct packet, a frame in all; CHECKED: its checksums are right */
void card_sent(void *cookie);
void card_has_room(void);
void card_link(void);			/* c->link.up is another one */
void card_done(void);			/* all that came with an interrupt is here */

#endif
