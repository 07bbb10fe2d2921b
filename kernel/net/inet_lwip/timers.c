/* lwIP's timers, and the thread that runs them. They stand still while there is nothing to time. */
#include "lwip.h"

#define MS	1000000UL
#define ENDED_MAX	2048	/* in TIME_WAIT; Linux has net.ipv4.tcp_max_tw_buckets for it */

struct timer {
	ns_t every;
	void (*run)(void);
	bool (*needed)(void);
	ns_t next;		/* 0: it stands still */
};

static struct waitq wake_q = WAITQ_INIT(wake_q);

static bool always(void) { return true; }
static bool tcp_needed(void) { return tcp_active_pcbs || tcp_tw_pcbs; }

static bool dhcp_needed(void)
{
	struct dhcp *d = netif_dhcp_data(&card_netif);

	return d && d->request_timeout;
}

/* A report that is due (RFC 2710, section 4). */
static bool mld_needed(void)
{
	for (struct mld_group *g = netif_mld6_data(&card_netif); g; g = g->next)
		if (g->timer)
			return true;
	return false;
}

/* RFC 2236, section 3. */
static bool igmp_needed(void)
{
	for (struct igmp_group *g = netif_igmp_data(&card_netif); g; g = g->next)
		if (g->timer)
			return true;
	return false;
}

/* Connections that ended here first are kept for a minute, the latest of them. */
static void limit_ended(void)
{
	struct tcp_pcb *next, *pcb = tcp_tw_pcbs;

	for (u32 n = 0; pcb; pcb = next, n++) {
		next = pcb->next;
		if (n >= ENDED_MAX)
			tcp_abort(pcb);
	}
}

static void each_second(void)
{
	limit_ended();
	ip_reass_tmr();
	etharp_tmr();
	nd6_tmr();
	ip6_reass_tmr();
	card->check_link();
}

static struct timer timers[] = {
	{ TCP_TMR_INTERVAL * MS, tcp_tmr, tcp_needed },
	{ DHCP_FINE_TIMER_MSECS * MS, dhcp_fine_tmr, dhcp_needed },
	{ DHCP_COARSE_TIMER_MSECS * MS, dhcp_coarse_tmr, always },
	{ MLD6_TMR_INTERVAL * MS, mld6_tmr, mld_needed },
	{ IGMP_TMR_INTERVAL * MS, igmp_tmr, igmp_needed },
	{ 1000 * MS, each_second, always },
};

/* Runs those that are due; when the next is. */
static ns_t run_due(void)
{
	ns_t now = now_monotonic(), next = FOREVER;

	for (u32 k = 0; k < array_len(timers); k++) {
		struct timer *t = &timers[k];
		if (t->next && t->next <= now) {
			t->run();
			/* of those that were late none is made up for */
			t->next = max(t->next + t->every, now + t->every / 2);
		}
		if (!t->needed())
			t->next = 0;
		else if (!t->next)
			t->next = now + t->every;
		if (t->next)
			next = min(next, t->next);
	}
	return next;
}

void timers_run(void)
{
	card->poll();
	run_due();
	card->kick();
}

static void run(void *unused)
{
	(void)unused;
	klock();
	for (;;) {
		card->poll();	/* what was sent can be sent again only once the card has let go of it */
		ns_t next = run_due();
		card->kick();
		wait_on(&wake_q, next, false);
	}
}

/* lwIP says so when there is a connection. */
void tcp_timer_needed(void)
{
	if (!timers[0].next)
		wake_all(&wake_q);
}

bool timers_start(void)
{
	struct thread *t = thread_create_endless(run, NULL, "network");

	if (!t)
		return false;
	thread_hide(t);
	return true;
}
