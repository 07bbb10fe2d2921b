/* dlinfo(3), the requests that programs are seen to make. */
#include "dlfcn.h"
#include "dynlink.h"

EXPORT int dlinfo(void *handle, int request, void *result)
{
	int err = 0;

	loader_lock();
	struct module *m = module_of_handle(handle);
	if (!m) {
		err = -1;
	} else {
		switch (request) {
		case RTLD_DI_LMID: *(long *)result = 0; break;
		case RTLD_DI_LINKMAP: *(struct link_map **)result = &m->map; break;
		case RTLD_DI_ORIGIN: {
			const char *o = m->origin ? m->origin : "/";
			memcpy(result, o, strlen(o) + 1);
			break;
		}
		case RTLD_DI_TLS_MODID: *(u64 *)result = m->tls ? m->tls->id : 0; break;
		default:
			loader_fail("dlinfo request %d is not supported", request);
			err = -1;
		}
	}
	if (err)
		uk_dl_fail(loader_message);
	loader_unlock();
	return err;
}
