/* The way out of the guest, when there is one. */
#include "inet.h"

struct hs_config inet_config;
const struct inet_link *inet_link;
void (*inet_to_group)(const struct packet *p, u8 protocol, u32 index);
void (*inet_tell_options)(struct inet *i);
const struct inet_way *(*inet_find_out)(void);

void (*inet_await6)(void);
bool (*inet_out_waits)(int change);

void inet_look(void)
{
	if (inet_out_waits)
		inet_out_waits(0);
}

int inet_wait(struct waitq *q, int flags, ns_t deadline)
{
	if (!inet_out_waits)
		return socket_wait(q, flags, deadline);
	int err = inet_out_waits(1) ? 0 : socket_wait(q, flags, deadline);
	inet_out_waits(-1);
	return err;
}

const struct inet_way *inet_out(void)
{
	return inet_find_out ? inet_find_out() : NULL;
}

int out_open(struct inet *i)
{
	if (i->number)
		return 0;
	int err = inet_out()->open(i);
	if (err)
		return err;
	if (inet_tell_options)
		inet_tell_options(i);
	if (!i->fixed_port || is_ping(i))	/* the identifier stays within the guest */
		return 0;
	struct hs_address a = i->port.at;	/* of an earlier connection */
	return inet_out()->bind(i, &a);
}

int out_bind(struct inet *i, struct hs_address *a)
{
	bool fixed = i->fixed_port;

	i->fixed_port = false;
	int err = out_open(i);
	i->fixed_port = fixed;
	if (!err)
		err = inet_out()->bind(i, a);
	if (err && i->number)
		inet_out()->leave(i, true);
	return err;
}
