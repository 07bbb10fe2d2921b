/* Fids. Telling the server that one is of no more use needs neither memory nor waiting, so that it can be done
 * wherever a vnode or a file goes away: the request for it is part of the fid. */
#include "p9.h"

struct fid *p9_fid_new(struct channel *c)
{
	struct fid *f = c->free_fids;

	if (f)
		c->free_fids = f->next;
	else if ((f = kzalloc(sizeof(*f))))
		f->number = c->fid_count++;
	else
		return NULL;
	f->channel = c;
	f->refs = 1;
	f->known = false;
	f->flags = 0;
	list_init(&f->writing);
	return f;
}

struct fid *p9_fid_get(struct fid *f)
{
	f->refs++;
	return f;
}

void p9_fid_free(struct fid *f)
{
	f->next = f->channel->free_fids;
	f->channel->free_fids = f;
}

void p9_fid_put(struct fid *f)
{
	if (!f || --f->refs)
		return;
	if (!f->known) {
		p9_fid_free(f);
		return;
	}
	f->clunk = (struct request){ .channel = f->channel, .clunked = f, .type = TCLUNK,
		.out = { f->buffer, HEADER + 4, HEADER }, .in = { f->buffer + HEADER + 4, HEADER + 4 } };
	msg_put(&f->clunk.out, 4, f->number);
	p9_request_send(&f->clunk);
}
