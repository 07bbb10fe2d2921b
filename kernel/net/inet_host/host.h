/* The driver of the device of host sockets (include/host_sockets.h). What the device says is checked: numbers, lengths,
 * states, and whether a sender kept to its credit. Everything here runs with the kernel lock held. */
#ifndef INET_HOST_HOST_H
#define INET_HOST_HOST_H

#include "../inet/inet.h"

#define WINDOW		(256 * 1024)	/* what a connection may have on its way here */
#define BULK		(1024 * 1024)	/* once it has carried as much: who waits less for credit moves twice the bytes */
#define RX_ROOM		(16 * PAGE_SIZE - (u32)PACKET_OVERHEAD)
#define RX_BUFFERS	16	/* at first; as many more each time that the device has used them all */
#define RX_BUFFERS_MOST	64

extern const struct inet_way host_way;

/* device.c */
void host_queue(struct packet *p);	/* never fails: what the queue has no room for waits */
bool host_has_room(struct inet *i);	/* for data; when not, I's writers are woken once there is */
void host_kick(void);
void host_rouse(void);		/* before the processor waits for the runner */
bool host_came(void);		/* something lies in RX */
void host_collect(void);
void host_interrupts(bool on);	/* about that */
void host_refill(void);		/* buffers that sockets kept are replaced */

/* packet.c: P goes; false: memory is out. */
void host_send(struct inet *i, struct packet *p, u16 op, u16 flags, u32 request);
bool host_tell(struct inet *i, u16 op, u16 flags, u32 request, const void *what, u32 len);
void host_refuse(u32 number);		/* HS_CLOSE with HS_ABORT of a number that is nobody's */

/* request.c */
int host_ask(struct inet *i, u16 op, const void *what, u32 len, void *answer, u32 room);	/* waits; the length of the answer or an error */
void host_linger(struct inet *i, ns_t deadline);	/* closes it, and waits until the peer has everything */
void host_answer(const struct hs_header *h, const u8 *data, u32 n);
u32 host_request(void);			/* a number for a request that nobody waits for here */

/* table.c */
void number_add(struct inet *i, u32 number);
void number_remove(struct inet *i);
struct inet *number_find(u32 number);
void number_each(void (*f)(struct inet *i));

/* receive.c: returns whether P was kept. */
bool host_receive(struct packet *p, const struct hs_header *h);
bool host_address(const struct inet *i, struct hs_address *a);	/* to the form of inet.h; false: it is none of I's family */
void host_address_out(const struct inet *i, struct hs_address *out, const struct hs_address *a);

/* waits.c */
void host_interrupted(void);

/* way.c */
void host_adopt(struct inet *i, u32 number);
void host_credit(struct inet *i);	/* tells it, if that is due */

#endif
