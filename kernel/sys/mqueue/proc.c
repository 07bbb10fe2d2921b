/* /proc/sys/fs/mqueue (mq_overview(7)). */
#include "linux_file.h"
#include "mqueue.h"

#define LIMIT(sym, value)								\
	static void show_##sym(struct text *t) { text_printf(t, "%d\n", value); }	\
	PROCNODE(mqueue_##sym, "r-" "sys/fs/mqueue/" #sym, show_##sym)

LIMIT(queues_max, MQ_QUEUES);
LIMIT(msg_max, MQ_MESSAGES);
LIMIT(msgsize_max, MQ_SIZE);
LIMIT(msg_default, MQ_MESSAGES);
LIMIT(msgsize_default, MQ_SIZE);
