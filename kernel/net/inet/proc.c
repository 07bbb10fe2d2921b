/* The lines of /proc/net/tcp, udp and the like (proc_pid_net(5)): of each socket that has a port. Connections that ended
 * (TIME_WAIT) are not shown: who the peer was is not kept. */
#include "af_inet.h"
#include "inet.h"
#include "vfs.h"

const char inet_list_file[1];

enum { TCP, TCP6, UDP, UDP6, UDPLITE, UDPLITE6 };
static const u8 protocols[] = { IPPROTO_TCP, IPPROTO_UDP, IPPROTO_UDPLITE };

/* In Linux's way: words as the processor has them, in capitals. */
static void put_hex(struct text *t, u32 v, u32 digits)
{
	char s[8];

	for (u32 k = digits; k--; v >>= 4)
		s[k] = "0123456789ABCDEF"[v & 15];
	text_add(t, s, digits);
}

static void put_address(struct text *t, const struct hs_address *a, bool six)
{
	static const u8 mapped[12] = { [10] = 0xff, 0xff };
	u32 words[4] = { 0 };

	if (six && a->family == AF_INET6) {
		memcpy(words, a->ip, 16);
	} else if (six && !address_any(a)) {
		memcpy(words, mapped, 12);
		memcpy(words + 3, a->ip, 4);
	} else {
		memcpy(words, a->ip, 4);
	}
	text_add(t, " ", 1);
	for (u32 k = 0; k < (six ? 4 : 1); k++)
		put_hex(t, words[k], 8);
	text_add(t, ":", 1);
	put_hex(t, port_number(a), 4);
}

static void put_queues(struct text *t, const struct inet *i)
{
	u32 in, out;

	inet_queues(i, &in, &out);
	text_add(t, " ", 1);
	put_hex(t, out, 8);
	text_add(t, ":", 1);
	put_hex(t, in, 8);
}

struct list_job {
	struct text *t;
	u32 which, line;
	bool listening;
};

static void show(struct inet *i, void *arg)
{
	struct list_job *j = arg;
	struct text *t = j->t;
	bool six = j->which & 1, stream = is_stream(i);

	if (i->port.protocol != protocols[j->which / 2] || (i->s.domain == AF_INET6) != six)
		return;
	if (stream && (i->state == LISTENING) != j->listening)
		return;
	text_printf(t, stream ? "%4d:" : "%5d:", j->line++);
	put_address(t, &i->port.at, six);
	put_address(t, &i->peer, six);
	text_add(t, " ", 1);
	put_hex(t, inet_state(i), 2);
	put_queues(t, i);
	text_printf(t, " 00:00000000 00000000 %5u %8d %lu %d %016lx", i->port.uid, 0, i->ino, stream && !j->listening ? 1 : 2, 0UL);
	if (!stream)
		text_printf(t, " %u", 0);
	else if (j->listening)
		text_printf(t, " 100 0 0 10 0");
	else
		text_printf(t, " 20 4 0 10 -1");
}

/* Lines of IPv4 are as long as the longest. */
static void pad(struct text *t, size_t from, u32 width)
{
	while (!t->failed && t->len - from < width)
		text_add(t, " ", 1);
	text_add(t, "\n", 1);
}

static void show_line(struct inet *i, void *arg)
{
	struct list_job *j = arg;
	size_t from = j->t->len;

	show(i, arg);
	if (j->t->len != from)
		pad(j->t, from, j->which & 1 ? 0 : j->which ? 127 : 149);
}

void inet_list(struct text *t, int which)
{
	struct list_job j = { t, which };
	bool six = which & 1, tcp = which < UDP;
	size_t from = t->len;

	text_printf(t, "%s  sl  local_address%s%s   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode%s", tcp || six ? "" : " ",
		six ? "                         " : " ", six ? "remote_address                     " : "rem_address", tcp ? "" : " ref pointer drops");
	pad(t, from, six ? 0 : tcp ? 149 : 127);
	if (tcp) {	/* those that listen come first */
		j.listening = true;
		port_each(show_line, &j);
	}
	j.listening = false;
	port_each(show_line, &j);
}
IMPLEMENT(inet_list);
