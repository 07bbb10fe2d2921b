/* Options of the level AF_VSOCK (Linux include/uapi/linux/vm_sockets.h). */
#include "vsock.h"

#define BUFFER_SIZE		0
#define BUFFER_MIN_SIZE		1
#define BUFFER_MAX_SIZE		2
#define CONNECT_TIMEOUT_OLD	6
#define CONNECT_TIMEOUT_NEW	8
#define SECONDS_MAX		9000000000L

static u64 *size_option(struct vsock *v, int option)
{
	switch (option) {
	case BUFFER_SIZE:	return &v->size;
	case BUFFER_MIN_SIZE:	return &v->size_min;
	case BUFFER_MAX_SIZE:	return &v->size_max;
	}
	return NULL;
}

int vsock_getsockopt(struct socket *s, int level, int option, union socket_value *value)
{
	struct vsock *v = vsock_of(s);
	u64 *size = size_option(v, option);

	if (level != AF_VSOCK)
		return -ENOPROTOOPT;
	if (size) {
		value->wide = *size;
		return sizeof(*size);
	}
	if (option != CONNECT_TIMEOUT_OLD && option != CONNECT_TIMEOUT_NEW)
		return -ENOPROTOOPT;
	value->time = (struct timeval){ v->connect_timeout / 1000000000, v->connect_timeout % 1000000000 / 1000 };
	return sizeof(value->time);
}

static void resize(struct vsock *v, u64 size)
{
	v->size = max(min(size, v->size_max), v->size_min);
	u32 alloc = min(v->size, 0xffffffffUL);
	if (alloc == v->buf_alloc)
		return;
	v->buf_alloc = alloc;
	if (v->state == ESTABLISHED)
		packet_control(v, OP_CREDIT_UPDATE, 0);
}

int vsock_setsockopt(struct socket *s, int level, int option, const void *user, int len)
{
	struct vsock *v = vsock_of(s);
	u64 *size = size_option(v, option);
	bool time = option == CONNECT_TIMEOUT_OLD || option == CONNECT_TIMEOUT_NEW;

	if (level != AF_VSOCK || (!size && !time))
		return -ENOPROTOOPT;
	if (len < (int)(size ? sizeof(*size) : sizeof(struct timeval)))
		return -EINVAL;
	if (size) {
		CHECK_READ(user, sizeof(*size));
		u64 n = *(const u64 *)user;
		if (size != &v->size)
			*size = n;
		resize(v, size == &v->size ? n : v->size);
		return 0;
	}
	CHECK_READ(user, sizeof(struct timeval));
	struct timeval t = *(const struct timeval *)user;
	if (t.tv_sec < 0 || t.tv_usec < 0 || t.tv_usec >= 1000000 || t.tv_sec > SECONDS_MAX)
		return -ERANGE;
	v->connect_timeout = t.tv_sec * 1000000000 + t.tv_usec * 1000;
	if (!v->connect_timeout)
		v->connect_timeout = 2000000000;
	return 0;
}
