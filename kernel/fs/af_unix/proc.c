/* The lines of /proc/net/unix (proc_pid_net(5)). */
#include "unix.h"

#define ACCEPTS	0x10000	/* __SO_ACCEPTCON */

/* enum socket_state of linux/net.h */
static int state_of(const struct unix_sock *u)
{
	if (u->file)
		return u->state == ESTABLISHED ? 3 : 1;
	return u->state == ESTABLISHED ? 2 : 0;
}

static void show_name(struct text *t, const struct unix_sock *u)
{
	u32 n = u->name_len - NAME_OFFSET - (u->name[NAME_OFFSET] != 0);

	text_add(t, " ", 1);
	for (u32 i = 0; i < n; i++)
		text_add(t, u->name[NAME_OFFSET + i] ? (const char *)u->name + NAME_OFFSET + i : "@", 1);
}

static void show_count(struct text *t, u32 n)
{
	for (int shift = 28; shift >= 0; shift -= 4)
		text_add(t, &"0123456789ABCDEF"[n >> shift & 15], 1);
}

void unix_show(struct text *t)
{
	struct unix_sock *u;

	list_each(u, &unix_all, all) {
		if (u->dead)
			continue;
		text_printf(t, "%016lx: ", 0UL);
		show_count(t, u->refs + 1);
		text_printf(t, " %08x %08x %04x %02x %5lu", 0, u->state == LISTENING ? ACCEPTS : 0, u->s.type, state_of(u),
			u->file ? u->file->vnode->ino : 0);
		if (u->name_len)
			show_name(t, u);
		text_add(t, "\n", 1);
	}
}
