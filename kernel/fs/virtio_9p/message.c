/* Coding of messages: integers are little endian, strings have a length of two bytes before them. */
#include "p9.h"

static u8 *piece(struct message *m, u32 n)
{
	u8 *p = m->data + m->at;

	if (m->bad || n > m->size - m->at) {
		m->bad = true;
		return NULL;
	}
	m->at += n;
	return p;
}

void msg_put(struct message *m, unsigned bytes, u64 value)
{
	u8 *p = piece(m, bytes);

	if (p)
		memcpy(p, &value, bytes);
}

void msg_put_string(struct message *m, const char *s, size_t len)
{
	msg_put(m, 2, len);
	u8 *p = piece(m, min(len, (size_t)m->size + 1));
	if (p)
		memcpy(p, s, len);
}

u64 msg_get(struct message *m, unsigned bytes)
{
	const u8 *p = piece(m, bytes);
	u64 value = 0;

	if (p)
		memcpy(&value, p, bytes);
	return value;
}

u32 msg_get_string(struct message *m, char *to, u32 room)
{
	u32 len = msg_get(m, 2);
	const u8 *p = piece(m, len < room ? len : m->size + 1);

	if (!p)
		len = 0;
	else
		memcpy(to, p, len);
	to[len] = 0;
	return len;
}

struct qid msg_get_qid(struct message *m)
{
	struct qid q;

	q.type = msg_get(m, 1);
	q.version = msg_get(m, 4);
	q.path = msg_get(m, 8);
	return q;
}
