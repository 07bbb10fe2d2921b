/* Ancillary data for a reader (cmsg(3)): put_cmsg() of Linux. */
#include "kernel.h"
#include "socket.h"

void socket_control_put(struct socket_msg *m, int level, int type, const void *data, size_t n)
{
	size_t len = sizeof(struct cmsghdr) + n;

	if (!m->control || m->control_len < sizeof(struct cmsghdr)) {
		m->flags |= MSG_CTRUNC;
		return;
	}
	if (m->control_len < len) {
		m->flags |= MSG_CTRUNC;
		len = m->control_len;
	}
	if (!user_ok(m->control, len, PROT_READ | PROT_WRITE))
		return;
	struct cmsghdr *h = m->control;
	*h = (struct cmsghdr){ len, level, type };
	memcpy(h + 1, data, len - sizeof(*h));
	len = min(align_up(len, 8UL), m->control_len);
	m->control = (char *)m->control + len;
	m->control_len -= len;
}
