/* setsockopt(2). */
#include "af_inet.h"
#include "option.h"
#include "permission.h"

const char inet_setsockopt_file[1];

#define SO_BSDCOMPAT		14
#define SO_REUSEPORT		15
#define SO_TIMESTAMP		29
#define SO_TIMESTAMPNS		35
#define SO_BINDTODEVICE		25
#define SO_PRIORITY		12
#define SO_MARK			36
#define SO_MAX_PACING_RATE	47
#define TCP_CONGESTION		13
#define TCP_THIN_DUPACK		17
#define TCP_LINGER2		8
#define TCP_WINDOW_CLAMP	10
#define CLAMP_MIN		1152	/* SOCK_MIN_RCVBUF / 2 */
#define IP_MINTTL		21
#define IP_MULTICAST_TTL	33
#define IPV6_MINHOPCOUNT	73
#define TCP_ULP			31
#define IPV6_V6ONLY		26
#define IPV6_TCLASS		67
#define CAP_NET_ADMIN		12
#define INTERACTIVE		6	/* TC_PRIO_INTERACTIVE: the last for everybody */

static const char *const devices[] = { "", "lo" };

OPTIONAL int inet_group_set(struct inet *i, int level, int name, const void *user, int len) { (void)i, (void)level, (void)name, (void)user, (void)len; return 1; }

static int bind_to_device(struct inet *i, const char *user, int len)
{
	char name[16] = "";

	if (len < 0)
		return -EINVAL;
	len = min(len, (int)sizeof(name) - 1);
	CHECK_READ(user, len);
	memcpy(name, user, len);
	for (u32 k = 0; k < array_len(devices); k++)
		if (!strcmp(name, devices[k])) {
			i->device = k;
			return 0;
		}
	return -ENODEV;
}

/* The names that every Linux has; what is within the guest has no congestion, and what leaves it is the way out's matter. */
static int set_congestion(struct inet *i, const char *user, int len)
{
	char name[16] = "";

	if (len < 1)
		return -EINVAL;
	len = min(len, (int)sizeof(name) - 1);
	CHECK_READ(user, len);
	memcpy(name, user, len);
	bool reno = !strcmp(name, "reno");
	if (!reno && strcmp(name, "cubic"))
		return -ENOENT;
	i->reno = reno;
	return 0;
}

/* Seconds as a number of SYN-ACKs, and what that is in seconds: each waits twice as long, 120 at most. */
static s32 defer(s32 seconds)
{
	s32 all = 0, next = 1;

	for (u32 n = 0; all < seconds && n < 255; n++) {
		all += next;
		next = min(next * 2, 120);
	}
	return all;
}

/* V as it is kept, or an error. */
static int fit(const struct inet *i, const struct option *o, s32 *v)
{
	if (o->any)
		*v = !!*v;
	if (o->level == SOL_IP && o->name == 1)		/* a byte, of which TCP keeps the last two bits */
		*v &= is_stream(i) ? 0xfc : 0xff;
	if (o->level == SOL_IPV6 && o->name == IPV6_TCLASS && is_stream(i) && *v > 0)
		*v &= ~3;
	if (o->level == SOL_TCP && o->name == 9)
		*v = defer(*v);
	if (o->level == SOL_TCP && o->name == TCP_LINGER2)
		*v = *v < 0 ? -1 : *v ? min(*v, 120) : o->begin;
	if (o->level == SOL_TCP && o->name == TCP_WINDOW_CLAMP) {
		if (!*v && i->state != CLOSED)
			return -EINVAL;
		*v = *v ? max(*v, CLAMP_MIN) : 0;
	}
	if (o->level == IPPROTO_UDPLITE && *v)	/* no less than the header */
		*v = max(min(*v, 0xffff), 8);
	bool least = (o->level == SOL_IP && o->name == IP_MINTTL) || o->name == IPV6_MINHOPCOUNT;
	bool again = *v == -1 && o->last == 255 && !least;	/* hop limits and the like */
	if (again || (!*v && o->begin == 536))
		*v = o->begin;
	return *v < o->first || *v > o->last ? -EINVAL : 0;
}

static int set_number(struct inet *i, const struct option *o, s32 v)
{
	if (o->level == SOL_SOCKET && ((o->name == SO_PRIORITY && (v < 0 || v > INTERACTIVE)) || o->name == SO_MARK) && !capable(CAP_NET_ADMIN))
		return -EPERM;
	int err = o->level == SOL_IP && o->name == IP_MULTICAST_TTL && is_stream(i) ? -EINVAL : fit(i, o, &v);
	if (err)
		return err;
	if (!i->options && !(i->options = kzalloc(inet_option_count * sizeof(s32))))
		return -ENOBUFS;
	*option_slot(i, o) = v ^ o->begin;
	if (i->number && o->of & TO_HOST)
		inet_out()->option(i, o->level, o->name, &v, sizeof(v));
	return 0;
}

/* The way out has a new socket for I. */
static void tell_options(struct inet *i)
{
	for (u32 name = 0; name < 64; name++)
		if (i->s.switches & SWITCHES_OUT & 1UL << name)
			inet_out()->option(i, SOL_SOCKET, name, &(s32){ 1 }, sizeof(s32));
	if (i->port.only6)
		inet_out()->option(i, SOL_IPV6, IPV6_V6ONLY, &(s32){ 1 }, sizeof(s32));
	for (u32 k = 0; i->options && k < inet_option_count; k++) {
		const struct option *o = &inet_options[k];
		s32 v = i->options[k] ^ o->begin;
		if (i->options[k] && o->of & TO_HOST)
			inet_out()->option(i, o->level, o->name, &v, sizeof(v));
	}
}

static int set_special(struct inet *i, int level, int name, const void *user, int len, s32 v)
{
	if (level == SOL_SOCKET && name < 64 && BITS >> name & 1) {
		v = !!v;
		if (name == SO_TIMESTAMP || name == SO_TIMESTAMPNS)	/* one of them */
			i->s.switches &= ~(1UL << SO_TIMESTAMP | 1UL << SO_TIMESTAMPNS);
		i->s.switches = (i->s.switches & ~(1UL << name)) | (u64)v << name;
		if (i->number && SWITCHES_OUT >> name & 1)
			inet_out()->option(i, SOL_SOCKET, name, &v, sizeof(v));
		return 0;
	}
	if (level == SOL_SOCKET && name == SO_BSDCOMPAT)
		return 0;
	if (level == SOL_IPV6 && name == IPV6_V6ONLY && i->s.domain == AF_INET6) {
		if (has_port(i))
			return -EINVAL;
		i->port.only6 = v;
		return 0;
	}
	if (level == SOL_TCP && name == TCP_THIN_DUPACK && is_stream(i))
		return v < 0 || v > 1 ? -EINVAL : 0;
	return level == SOL_TCP && name == TCP_ULP && is_stream(i) ? -ENOENT : -ENOPROTOOPT;
}

int inet_setsockopt(struct socket *s, int level, int name, const void *user, int len)
{
	struct inet *i = inet_of(s);
	s32 v = 0;

	if (!is_inet(s))
		return level == SOL_SOCKET ? -ENOPROTOOPT : -EOPNOTSUPP;
	inet_tell_options = tell_options;
	inet_errors = &inet_error_queue;
	if (level == SOL_SOCKET && name == SO_BINDTODEVICE)
		return bind_to_device(i, user, len);
	if (level == SOL_TCP && name == TCP_CONGESTION && is_stream(i))
		return set_congestion(i, user, len);
	int group = inet_group_set(i, level, name, user, len);
	if (group <= 0)
		return group;
	const struct option *o = option_find(i, level, name);
	if (len >= (int)sizeof(v)) {
		CHECK_READ(user, sizeof(v));
		v = *(const s32 *)user;
	} else if (level == SOL_IP && len >= 1) {
		CHECK_READ(user, 1);
		v = *(const u8 *)user;
	} else if (level != SOL_IP || len < 0) {
		return -EINVAL;
	}
	return o ? set_number(i, o, v) : set_special(i, level, name, user, len, v);
}
IMPLEMENT(inet_setsockopt);
