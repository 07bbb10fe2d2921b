/* bind(2). */
#include "unix.h"
#include "inotify.h"

#define AUTO_LEN	(NAME_OFFSET + 6)	/* a zero and five digits */

int unix_autobind(struct unix_sock *u)
{
	static u32 last;
	char digits[6];

	if (u->name_len)
		return 0;
	*(u16 *)u->name = AF_UNIX;
	u->name[NAME_OFFSET] = 0;
	for (u32 tries = 1 << 20; tries; tries--) {
		ksnprintf(digits, sizeof(digits), "%05x", ++last & 0xfffff);
		memcpy(u->name + NAME_OFFSET + 1, digits, 5);
		if (!unix_find_abstract(u->name, AUTO_LEN, u->s.type)) {
			u->name_len = AUTO_LEN;
			return 0;
		}
	}
	return -ENOSPC;
}

static int bind_path(struct unix_sock *u, const u8 *name, int len)
{
	char path[NAME_SIZE];
	struct path p;
	struct vnode *v;

	memcpy(path, name + NAME_OFFSET, len - NAME_OFFSET);
	path[len - NAME_OFFSET] = 0;
	int err = path_new(NULL, path, &p);
	if (!err && !p.parent->ops->create)
		err = -EPERM;
	if (!err)
		err = p.parent->ops->create(p.parent, p.name, p.len, S_IFSOCK | (u->file->vnode->mode & 0777 & ~fs_umask), 0, &v);
	if (!err && u->name_len) {	/* it has a name: only now Linux looks */
		p.parent->ops->unlink(p.parent, p.name, p.len, false);
		vnode_put(v);
		err = -EINVAL;
	}
	if (!err)
		notify_entry(p.parent, p.name, v, IN_CREATE);
	path_put(&p);
	if (err)
		return err == -EEXIST ? -EADDRINUSE : err;
	u->node = v;
	u->name_len = NAME_OFFSET + strlen(path) + 1;
	*(u16 *)u->name = AF_UNIX;
	memcpy(u->name + NAME_OFFSET, path, u->name_len - NAME_OFFSET);
	return 0;
}

int unix_bind(struct socket *s, const void *address, int len)
{
	struct unix_sock *u = unix_of(s);
	const u8 *name = address;

	if (len == NAME_OFFSET && *(const u16 *)address == AF_UNIX)
		return unix_autobind(u);
	int err = unix_check_address(name, len);
	if (err)
		return err;
	if (name[NAME_OFFSET])
		return bind_path(u, name, len);
	if (u->name_len)
		return -EINVAL;
	if (unix_find_abstract(name, len, s->type))
		return -EADDRINUSE;
	memcpy(u->name, name, len);
	u->name_len = len;
	return 0;
}
