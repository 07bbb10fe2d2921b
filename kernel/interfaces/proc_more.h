/* Nodes of /proc and /sys that a module has, see fs/proc/module.c. */
#include "interface.h"

struct procnode;

/* The first of them, and what is behind the last; NULL where all are built in. The first lookup that needs them loads the module. */
INTERFACE(const struct procnode *, proc_more, (const struct procnode **end), (end), NULL)
