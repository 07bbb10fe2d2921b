/* Memory is out where no error can report it: the end is that
 * of Linux's OOM killer. */
#include "kernel.h"

#define SIGKILL 9

void out_of_memory(const char *what)
{
	current()->irq_off++;
	kprintf("out of memory %s: all %lu MB of the machine are in use; see --memory\n",
		what, (mem_total_pages * PAGE_SIZE >> 20) + 1);
	vm_exit(STATUS_SIGNAL, SIGKILL);
}
