/* The state of a socket as programs see it. */
#include "inet.h"

u8 inet_state(const struct inet *i)
{
	if (i->state == LISTENING)
		return 10;
	if (i->state == CONNECTING)
		return 2;
	if (i->state == CLOSED)
		return 7;
	return i->shut & SHUT_WRITE ? 5 : i->ended ? 8 : 1;	/* FIN_WAIT2, CLOSE_WAIT, ESTABLISHED */
}

/* The end counts as a byte, and so does a connection that nobody has accepted. */
void inet_queues(const struct inet *i, u32 *in, u32 *out)
{
	*out = is_stream(i) && i->number && i->state == ESTABLISHED ? i->sent - i->peer_taken : 0;
	*in = i->state == LISTENING ? i->accepted_count : i->queued + i->ended;
}
