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
		loader_fail("invalid handle %p", handle);
		uk_dl_fail(loader_message);
	}
	loader_unlock();
	return ok ? 0 : -1;
}
