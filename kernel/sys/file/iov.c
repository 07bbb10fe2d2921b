/* Vectors of buffers (readv(2)). */
#include "file.h"

int iov_import(struct iovs *i, const struct iovec *user, unsigned long n, int prot)
{
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
		int err = (s64)i->v[k].len < 0 ? -EINVAL : 0;
		i->v[k].len = min(i->v[k].len, MAX_RW_COUNT - i->total);
		if (!err && i->v[k].len && !user_ok(i->v[k].base, i->v[k].len, prot))
			err = -EFAULT;
		if (err) {
			iov_free(i);
			return err;
		}
		i->total += i->v[k].len;
	}
	return 0;
}

void iov_free(struct iovs *i)
{
	if (i->v != i->small)
		kfree(i->v);
}
