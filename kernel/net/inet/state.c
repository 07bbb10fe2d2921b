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
