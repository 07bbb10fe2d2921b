/* epoll: items and readiness. */
#include "kernel.h"
#include "epoll.h"
#include "linux_file.h"

#define ALWAYS		(POLLERR | POLLHUP)
#define MAX_NESTS	5

/* A file that is asked may wake its own item, which is in the list then. */
static void make_ready(struct epoll_item *i)
{
	if (list_empty(&i->ready))
		list_append(&i->ep->ready, &i->ready);
}

static void item_wake(struct poll_entry *e, u32 events)
{
	struct epoll_item *i = e->arg;

	if (i->disabled || !(events & (i->event.events | ALWAYS)))
		return;
	make_ready(i);
	wake_one(&i->ep->q);
}

static void listen_no_more(struct poll_table *pt, struct waitq *q)
{
}

/* Asks the file. When time alone can make it ready, the item joins ep->timed. */
static int item_poll(struct epoll_item *i, ns_t *deadline)
{
	i->set.pt.deadline = FOREVER;
	int ready = file_poll(i->file, &i->set.pt) & (i->event.events | ALWAYS);

	i->set.pt.add = listen_no_more;
	if (i->set.pt.deadline != FOREVER) {
		if (list_empty(&i->timed))
			list_append(&i->ep->timed, &i->timed);
		if (deadline)
			*deadline = min(*deadline, i->set.pt.deadline);
	} else if (!list_empty(&i->timed)) {
		list_remove(&i->timed);
	}
	return ready;
}

static void mark_if_ready(struct epoll_item *i)
{
	if (!item_poll(i, NULL))
		return;
	make_ready(i);
	wake_one(&i->ep->q);
}

struct epoll_item *epoll_find(struct epoll *ep, struct file *f, int fd)
{
	struct epoll_item *i = radix_get(&ep->items, fd);

	while (i && i->file != f)
		i = i->next_same;
	return i;
}

/* Does epoll EP, or one that it watches, watch TARGET? Or -1: nested too deep. */
static int watches(struct epoll *ep, struct epoll *target, int depth)
{
	struct epoll_item *i;

	if (depth > MAX_NESTS)
		return -1;
	for (u64 fd = 0; (i = radix_next(&ep->items, &fd)); fd++)
		for (; i; i = i->next_same) {
			if (i->file->ops != &epoll_ops)
				continue;
			int r = i->file->data == target ? 1 : watches(i->file->data, target, depth + 1);
			if (r)
				return r;
		}
	return 0;
}

int epoll_add(struct epoll *ep, struct file *f, int fd, const struct epoll_event *ev)
{
	if (f->ops == &epoll_ops && watches(f->data, ep, 1))
		return -ELOOP;
	struct epoll_item *i = kzalloc(sizeof(*i));
	if (!i)
		return -ENOMEM;
	*i = (struct epoll_item){ .ep = ep, .file = f, .fd = fd, .event = *ev, .next_same = radix_get(&ep->items, fd) };
	list_init(&i->ready);
	list_init(&i->timed);
	if (radix_set(&ep->items, fd, i)) {
		kfree(i);
		return -ENOMEM;
	}
	i->next_watcher = f->watchers;
	f->watchers = i;
	poll_set_init(&i->set, item_wake, i);
	mark_if_ready(i);
	if (i->set.failed) {
		epoll_remove(i);
		return -ENOMEM;
	}
	return 0;
}

int epoll_modify(struct epoll_item *i, const struct epoll_event *ev)
{
	i->event = *ev;
	i->disabled = false;
	mark_if_ready(i);
	return 0;
}

void epoll_remove(struct epoll_item *i)
{
	struct epoll_item *first = radix_get(&i->ep->items, i->fd), **p;

	if (first == i) {
		radix_set(&i->ep->items, i->fd, i->next_same);
	} else {
		for (p = &first->next_same; *p != i; p = &(*p)->next_same)
			;
		*p = i->next_same;
	}
	for (p = &i->file->watchers; *p != i; p = &(*p)->next_watcher)
		;
	*p = i->next_watcher;
	poll_set_free(&i->set);
	list_remove(&i->ready);
	list_remove(&i->timed);
	kfree(i);
}

/* file_put() of the last reference. */
void epoll_forget(struct file *f)
{
	while (f->watchers)
		epoll_remove(f->watchers);
}

/* Items whose time has come join the ready list. */
static void check_timed(struct epoll *ep, ns_t *deadline)
{
	struct list *l, *next;

	for (l = ep->timed.next; l != &ep->timed; l = next) {
		struct epoll_item *i = container_of(l, struct epoll_item, timed);
		next = l->next;
		if (item_poll(i, deadline) && !i->disabled)
			make_ready(i);
	}
}

/* Moves up to MAX events to USER; lowers *DEADLINE to when time makes an item ready. */
long epoll_collect(struct epoll *ep, struct epoll_event *user, int max, ns_t *deadline)
{
	struct epoll_item *i;
	u64 look = 0;
	long n = 0;

	check_timed(ep, deadline);
	list_each(i, &ep->ready, ready)
		look++;
	/* each item once; those that stay ready go to the end, so that all get their turn */
	while (look-- && n < max && !list_empty(&ep->ready)) {
		i = list_first(&ep->ready, struct epoll_item, ready);
		list_remove(&i->ready);
		int ready = item_poll(i, deadline);
		if (!ready || i->disabled)
			continue;
		if (!user_ok(&user[n], sizeof(*user), PROT_WRITE)) {
			make_ready(i);
			return n ? n : -EFAULT;
		}
		struct epoll_event ev = { ready, i->event.data };
		if (i->event.events & EPOLLONESHOT)
			i->disabled = true;
		else if (!(i->event.events & EPOLLET))
			make_ready(i);
		user[n++] = ev;		/* last: may sleep, and the item may go meanwhile */
	}
	if (n && !list_empty(&ep->ready))
		wake_one(&ep->q);	/* another thread may take the rest */
	return n;
}

/* An epoll that another one, or poll(), watches. */
static int epoll_poll(struct file *f, struct poll_table *pt)
{
	struct epoll *ep = f->data;
	struct list *l, *next;
	ns_t deadline = FOREVER;

	poll_wait(&ep->q, pt);
	check_timed(ep, &deadline);
	for (l = ep->ready.next; l != &ep->ready; l = next) {
		struct epoll_item *i = container_of(l, struct epoll_item, ready);
		next = l->next;
		if (!i->disabled && item_poll(i, &deadline))
			return POLLIN | POLLRDNORM;
		list_remove(&i->ready);
	}
	if (pt)
		pt->deadline = min(pt->deadline, deadline);
	return 0;
}

static void epoll_release(struct file *f)
{
	struct epoll *ep = f->data;
	struct epoll_item *i;

	for (u64 fd = 0; (i = radix_next(&ep->items, &fd));)
		epoll_remove(i);
	radix_free(&ep->items);
	kfree(ep);
}

const struct file_ops epoll_ops = { .poll = epoll_poll, .release = epoll_release, .seek = seek_nowhere };
