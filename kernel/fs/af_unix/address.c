/* Addresses: whom they lead to. The name spaces of abstract names are apart for each type of socket, as on Linux. */
#include "unix.h"

int unix_check_address(const void *name, int len)
{
	return len <= NAME_OFFSET || len > NAME_SIZE || *(const u16 *)name != AF_UNIX ? -EINVAL : 0;
}

struct unix_sock *unix_find_abstract(const u8 *name, int len, int type)
{
	struct unix_sock *u;

	list_each(u, &unix_all, all)
		if (!u->dead && !u->node && !u->listener && u->s.type == type && u->name_len == len && !memcmp(u->name, name, len))
			return u;
	return NULL;
}

static struct unix_sock *find_path(const u8 *name, int len, int type)
{
	char path[NAME_SIZE];
	struct unix_sock *u;
	struct vnode *v;

	memcpy(path, name + NAME_OFFSET, len - NAME_OFFSET);
	path[len - NAME_OFFSET] = 0;
	int err = vfs_lookup(NULL, path, 0, &v);
	if (err)
		return ERR_PTR(err);
	err = vnode_may_write(v);
	vnode_put(v);	/* only its address is of interest from here on */
	if (err)
		return ERR_PTR(err);
	list_each(u, &unix_all, all)
		if (!u->dead && u->node == v)
			return u->s.type == type ? u : ERR_PTR(-EPROTOTYPE);
	return NULL;
}

struct unix_sock *unix_find(const u8 *name, int len, int type)
{
	struct unix_sock *u = name[NAME_OFFSET] ? find_path(name, len, type) : unix_find_abstract(name, len, type);

	if (!u)
		return ERR_PTR(-ECONNREFUSED);
	if (!IS_ERR(u))
		unix_get(u);
	return u;
}

int unix_name(struct socket *s, bool peer, void *out)
{
	struct unix_sock *u = unix_of(s);

	if (peer && !(u = u->peer))
		return -ENOTCONN;
	if (!u->name_len) {	/* the family is all there is */
		*(u16 *)out = AF_UNIX;
		return NAME_OFFSET;
	}
	memcpy(out, u->name, u->name_len);
	return u->name_len;
}
