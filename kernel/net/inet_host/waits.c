/* Interrupts cost far more than a look at the queue: a program that is busy, or comes back for more at once, does without. */
#include "host.h"
#include "inet_host.h"

#define SPIN_NS		50000	/* about what a halt and the interrupt that ends it cost a virtual processor */
#define WORTH_MOST	16

static u32 waiting;		/* threads that wait for sockets, or may in a moment */
static bool looking;		/* a processor that has nothing to do looks all the time */
static u32 worth;		/* how many times more that may lead to nothing */
static ns_t halted;		/* since then nobody looks */

static bool look(void)
{
	if (!host_came())
		return false;
	host_collect();
	return true;
}

/* What came before interrupts are on makes none: a look follows. */
static void choose(void)
{
	host_interrupts(waiting && !looking);
}

bool inet_host_waits(int change)
{
	waiting += change;
	if (change)
		choose();
	return look();
}
IMPLEMENT(inet_host_waits);

void host_interrupted(void)
{
	if (halted && now_monotonic() - halted < SPIN_NS)
		worth = WORTH_MOST / 4;
	halted = 0;
}

/* Without the lock, which others need meanwhile. */
static bool spin(void)
{
	ns_t until = now_monotonic() + SPIN_NS;

	while (now_monotonic() < until) {
		if (host_came() || __atomic_load_n(&current()->irq_pending, __ATOMIC_RELAXED) || sched_some_ready())
			return true;
		__builtin_ia32_pause();
	}
	return false;
}

bool inet_host_idle(void)
{
	klock();
	host_rouse();
	bool mine = waiting && worth && !looking, found = false;
	if (mine) {
		looking = true;
		host_interrupts(false);
		kunlock();
		found = spin();
		klock();
		looking = false;
		worth = host_came() ? WORTH_MOST : worth - !found;
		choose();
		found |= look();	/* a thread may be ready now */
	}
	if (!found)
		halted = now_monotonic();
	kunlock();
	return found;
}
IMPLEMENT(inet_host_idle);
