/* The memory balloon. */
#include "interface.h"

/* Memory is out: frees about PAGES pages that the balloon holds; how many. Does not sleep. */
INTERFACE_OF_LOADED(u64, balloon_take_back, (u64 pages), (pages), 0)
