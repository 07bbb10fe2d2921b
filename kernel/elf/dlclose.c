/* dlclose(3). */
#include "dynlink.h"

EXPORT int dlclose(void *handle)
{
	loader_lock();
	struct module *m = module_of_handle(handle);
	bool ok = m && (m->refs || m->nodelete);
	if (ok && m->refs && --m->refs == 0)
		unload_unused();
	if (!ok) {
		loader_fail("shared object not open");
		uk_dl_fail(loader_message);
	}
	loader_unlock();
	return ok ? 0 : -1;
}

/* Code at ADDRESS will be called at some thread's end (kernel/glue/start/cxa_thread_atexit.c). */
void uk_pin_module(void *address)
{
	KERNEL_LOCK();
	struct module *m = module_of((u64)address);

	if (m)
		m->nodelete = true;
}
