/* Descriptors and credentials that go with a message (unix(7), "Ancillary messages"). */
#include "unix.h"
#include "identity.h"
#include "process.h"

#define SCM_RIGHTS	1
#define SCM_CREDENTIALS	2
#define SCM_MAX_FD	253


static int add_files(struct control *c, const int *fds, size_t n)
{
	if (!n)
		return 0;
	if (n > SCM_MAX_FD - c->count)
		return -EINVAL;
	struct file **more = krealloc(c->files, (c->count + n) * sizeof(*more));
	if (!more)
		return -ENOMEM;
	c->files = more;
	for (; n; n--, c->count++)
		if (!(more[c->count] = fd_get(*fds++)))
			return -EBADF;
	return 0;
}

/* Whom a process may say that it is: itself, and root anybody who is there. */
static int set_ids(struct control *c, const s32 *ids)
{
	bool root = !identity()->user.effective;

	if (!root && (ids[0] != PROCESS_ID || (ids[1] != identity()->user.real && ids[1] != identity()->user.effective) ||
	    (ids[2] != identity()->group.real && ids[2] != identity()->group.effective)))
		return -EPERM;
	if (ids[0] != PROCESS_ID)
		return -ESRCH;
	if (ids[1] == -1 || ids[2] == -1)
		return -EINVAL;
	memcpy(c->ids, ids, sizeof(c->ids));
	c->has_ids = true;
	return 0;
}

static int parse_one(struct control *c, const struct cmsghdr *h)
{
	size_t n = h->len - sizeof(*h);

	if (h->level != SOL_SOCKET)
		return 0;
	if (h->type == SCM_RIGHTS)
		return add_files(c, (const int *)(h + 1), n / sizeof(int));
	if (h->type == SCM_CREDENTIALS && n == sizeof(c->ids))
		return set_ids(c, (const s32 *)(h + 1));
	return -EINVAL;
}

int control_parse(const struct socket_msg *m, struct control *c)
{
	int err = 0;

	*c = (struct control){ 0 };
	for (size_t at = 0; !err && m->control_len - at >= sizeof(struct cmsghdr);) {
		const struct cmsghdr *h = (const void *)((const char *)m->control + at);
		size_t left = m->control_len - at;
		err = h->len < sizeof(*h) || h->len > left ? -EINVAL : parse_one(c, h);
		at += err ? 0 : min(align_up(h->len, 8UL), left);
	}
	if (err)
		control_drop(c);
	return err;
}

/* Who sent it is told where one of the two wants that, and where nobody can know yet. */
void control_add_ids(struct control *c, const struct unix_sock *from, const struct unix_sock *to)
{
	if (c->has_ids || !(passes_ids(from) || passes_ids(to) || !to->file))
		return;
	c->has_ids = true;
	c->ids[0] = PROCESS_ID;
	c->ids[1] = identity()->user.real;
	c->ids[2] = identity()->group.real;
}

void control_drop(struct control *c)
{
	for (u32 i = 0; i < c->count; i++)
		if (c->files[i])
			file_put(c->files[i]);
	kfree(c->files);
	c->files = NULL;
	c->count = 0;
}

int control_copy(struct control *to, const struct control *from)
{
	*to = *from;
	if (!from->files)
		return 0;
	if (!(to->files = kmalloc(from->count * sizeof(*to->files)))) {
		to->count = 0;
		return -ENOMEM;
	}
	for (u32 i = 0; i < to->count; i++)
		file_get(to->files[i] = from->files[i]);
	return 0;
}

static void put_files(struct socket_msg *m, struct control *c, int flags)
{
	int fds[SCM_MAX_FD];
	u32 room = m->control_len > sizeof(struct cmsghdr) ? (m->control_len - sizeof(struct cmsghdr)) / sizeof(int) : 0, n;

	for (n = 0; n < min(room, c->count); n++) {
		file_get(c->files[n]);
		fds[n] = fd_install(c->files[n], 0, flags & MSG_CMSG_CLOEXEC);
		if (fds[n] < 0)
			break;
	}
	if (n)
		socket_control_put(m, SOL_SOCKET, SCM_RIGHTS, fds, n * sizeof(int));
	if (n < c->count)
		m->flags |= MSG_CTRUNC;
}

void control_put(const struct unix_sock *u, struct socket_msg *m, struct control *c, int flags)
{
	static const s32 nobody[3] = { 0, 65534, 65534 };

	if (!m->control || !m->control_len) {
		if (passes_ids(u) || c->files)
			m->flags |= MSG_CTRUNC;
	} else {
		if (passes_ids(u))
			socket_control_put(m, SOL_SOCKET, SCM_CREDENTIALS, c->has_ids ? c->ids : nobody, sizeof(c->ids));
		if (c->files)
			put_files(m, c, flags);
	}
	control_drop(c);
}
