/* Packets on their way out (virtio 1.2, section 5.10.6). */
#include "vsock.h"

/* The heap rounds up to powers of two: so does the room for data, into which a reader's queue packs what follows. */
struct packet *packet_new(u32 n)
{
	size_t size = 128;

	while (size < PACKET_OVERHEAD + n)
		size *= 2;
	struct packet *p = kmalloc(size);
	if (p) {
		memset(p, 0, PACKET_OVERHEAD);
		p->len = n;
		p->room = size - PACKET_OVERHEAD;
	}
	return p;
}

bool cid_is_local(u32 cid)
{
	return cid == CID_LOCAL || (device_present() && cid == device_cid());
}

static void route(struct packet *p)
{
	if (!cid_is_local(p->h.dst_cid))
		device_send(p);
	else if (!vsock_receive(p))
		kfree(p);
}

void packet_send(struct vsock *v, struct packet *p, u16 op, u32 flags)
{
	p->h = (struct header){
		.src_cid = cid_is_local(v->peer_cid) ? v->peer_cid : device_cid(), .dst_cid = v->peer_cid,
		.src_port = v->local_port, .dst_port = v->peer_port, .len = p->len,
		.type = v->s.type == SOCK_STREAM ? TYPE_STREAM : TYPE_SEQPACKET, .op = op, .flags = flags,
		.buf_alloc = v->buf_alloc, .fwd_cnt = v->fwd_cnt,
	};
	v->told_fwd_cnt = v->fwd_cnt;
	route(p);
}

void packet_control(struct vsock *v, u16 op, u32 flags)
{
	struct packet *p = packet_new(0);

	if (p) {
		packet_send(v, p, op, flags);
		device_kick();
	}
}

void packet_refuse(const struct header *h)
{
	if (h->op == OP_RST)
		return;
	struct packet *p = packet_new(0);
	if (!p)
		return;
	p->h = (struct header){
		.src_cid = h->dst_cid, .dst_cid = h->src_cid, .src_port = h->dst_port, .dst_port = h->src_port,
		.type = h->type, .op = OP_RST,
	};
	route(p);
	device_kick();
}
