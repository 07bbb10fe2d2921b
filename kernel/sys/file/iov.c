/* Vectors of buffers (readv(2)). */
#include "file.h"

int iov_load(struct iovs *i, const struct iovec *user, unsigned long n, int prot, size_t *room)
{
	*room = 0;
	i->v = i->small;
	i->n = n;
	i->total = 0;
	if (n > IOV_MAX)
		return -EINVAL;
	CHECK_READ(user, n * sizeof(*user));
	if (n > array_len(i->small) && !(i->v = kmalloc(n * sizeof(*user))))
		return -ENOMEM;
	memcpy(i->v, user, n * sizeof(*user));
	for (u32 k = 0; k < n; k++) {
		struct iovec *v = &i->v[k];
		if ((s64)v->len < 0 || v->len > USER_MAX || (u64)v->base > USER_MAX - v->len) {
			int err = (s64)v->len < 0 ? -EINVAL : -EFAULT;
			iov_free(i);
			return err;
		}
		v->len = min(v->len, MAX_RW_COUNT - i->total);
		size_t mapped = user_room(v->base, v->len, prot);
		if (*room == i->total)
			*room += mapped;
		i->total += v->len;
	}
	return 0;
}

int iov_import(struct iovs *i, const struct iovec *user, unsigned long n, int prot)
{
	size_t room;
	int err = iov_load(i, user, n, prot, &room);

	if (!err && room < i->total) {
		iov_free(i);
		err = -EFAULT;
	}
	return err;
}

void iov_free(struct iovs *i)
{
	if (i->v != i->small)
		kfree(i->v);
}
