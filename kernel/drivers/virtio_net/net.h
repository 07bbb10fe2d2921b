/* Virtio network card (virtio 1.2, section 5.1). Everything that the device says is checked. */
#ifndef VIRTIO_NET_NET_H
#define VIRTIO_NET_NET_H

#include "../../net/inet/inet.h"
#include "../../net/inet_lwip/card.h"
#include "virtio.h"

/* Section 5.1.3. */
#define F_CSUM		(1UL << 0)
#define F_GUEST_CSUM	(1UL << 1)
#define F_MTU		(1UL << 3)
#define F_MAC		(1UL << 5)
#define F_GUEST_TSO4	(1UL << 7)
#define F_GUEST_TSO6	(1UL << 8)
#define F_HOST_TSO4	(1UL << 11)
#define F_HOST_TSO6	(1UL << 12)
#define F_MRG_RXBUF	(1UL << 15)
#define F_STATUS	(1UL << 16)
#define F_EVENT_IDX	(1UL << 29)

/* Section 5.1.6. */
struct net_header {
	u8 flags, gso_type;
	u16 header_len, gso_size, checksum_start, checksum_offset;
	u16 buffers;
};
_Static_assert(sizeof(struct net_header) == CARD_HEADER, "of version 1");
#define NEEDS_CSUM	1
#define DATA_VALID	2
#define GSO_TCPV4	1
#define GSO_TCPV6	4

extern u64 net_features;
extern struct net_card net_card;

/* event.c: notifications as VIRTIO_F_EVENT_IDX has them (section 2.7.10), or by flags without it. */
void event_kick(struct virtqueue *q, u16 before);	/* available since BEFORE */
void event_off(struct virtqueue *q);
bool event_on(struct virtqueue *q, u16 after);	/* an interrupt when more than AFTER further ones are used; false: they are */

/* receive.c */
bool receive_start(struct virtqueue *q);
bool receive_collect(void);	/* whether there was anything */

/* send.c */
void send_start(struct virtqueue *q);
bool send_collect(void);
bool net_send(const struct card_piece *v, unsigned n, const struct card_work *w, void *cookie);
bool net_room(void);
void net_kick(void);

#endif
