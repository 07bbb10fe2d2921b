/* How busy the processors are (core/thread/load.c). */
#ifndef LOAD_H
#define LOAD_H

#include "kernel.h"

#define LOAD_SHIFT 16	/* SI_LOAD_SHIFT of Linux */

ns_t cpu_idle_time(unsigned i);
ns_t cpus_idle_time(void);
unsigned threads_running(void);
void load_averages(u64 load[3]);	/* of 1, 5, 15 minutes */

#endif
