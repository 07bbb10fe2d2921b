#ifndef WEIGHT_H
#define WEIGHT_H

#include "cpu.h"

#define SCHED_OTHER	0
#define SCHED_FIFO	1
#define SCHED_RR	2
#define SCHED_BATCH	3
#define SCHED_IDLE	5
#define SCHED_DEADLINE	6

static inline bool is_rt(int policy)
{
	return policy == SCHED_FIFO || policy == SCHED_RR;
}

/* SCHED_IDLE is neither. */
static inline bool is_fair(int policy)
{
	return policy == SCHED_OTHER || policy == SCHED_BATCH;
}

/* weight.c */
#define RR_SLICE	100000000	/* ns: as Linux has it (RR_TIMESLICE) */
s64 sched_weigh(struct thread *t, ns_t ran);
void sched_reweigh(struct thread *t);

#endif
