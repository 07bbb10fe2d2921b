/* What /proc tells of parts that a kernel may lack. */
#include "interface.h"

struct thread;

INTERFACE(u64, brk_begin, (void), (), 0)		/* sys/memory/brk.c */
INTERFACE(bool, brk_holds, (u64 addr), (addr), false)
/* core/signal/send.c. Pending for T, for the process, blocked, ignored, caught. */
INTERFACE(void, signal_sets, (const struct thread *t, u64 sets[5]), (t, sets), )
INTERFACE(u64, signals_waiting, (void), (), 0)
INTERFACE(u32, controlling_rdev, (void), (), 0)	/* fs/tty: the controlling terminal's device number */
