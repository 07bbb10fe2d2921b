/* Packets on their way to the runner. */
#include "host.h"

void host_send(struct inet *i, struct packet *p, u16 op, u16 flags, u32 request)
{
	p->h = (struct hs_header){
		.socket = i->number, .len = p->len, .op = op, .flags = flags, .request = request,
		.window = i->window, .taken = i->taken,
	};
	i->told = i->taken;
	host_queue(p);
}

bool host_tell(struct inet *i, u16 op, u16 flags, u32 request, const void *what, u32 len)
{
	struct packet *p = inet_packet(len);

	if (!p)
		return false;
	memcpy(p->data, what, len);
	host_send(i, p, op, flags, request);
	host_kick();
	return true;
}

void host_refuse(u32 number)
{
	struct packet *p = inet_packet(0);

	if (!p)
		return;
	p->h = (struct hs_header){ .socket = number, .op = HS_CLOSE, .flags = HS_ABORT };
	host_queue(p);
	host_kick();
}
