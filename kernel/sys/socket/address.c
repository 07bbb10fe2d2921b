#include "call.h"

int address_get(struct socket_msg *m, const void *user, int len)
{
	m->name_len = 0;
	return user ? address_copy(m, user, len) : 0;
}

int address_copy(struct socket_msg *m, const void *user, int len)
{
	if (len < 0 || len > SOCKADDR_MAX)
		return -EINVAL;
	CHECK_READ(user, len);
	memcpy(m->name, user, len);
	m->name_len = len;
	return 0;
}

/* As much as there is room for; the length told is the whole. */
int address_put(void *user, u32 *user_len, const void *name, int len)
{
	CHECK_WRITE(user_len, sizeof(*user_len));
	int room = *user_len;
	if (room < 0)
		return -EINVAL;
	room = min(room, len);
	CHECK_WRITE(user, room);
	memcpy(user, name, room);
	*user_len = len;
	return 0;
}
