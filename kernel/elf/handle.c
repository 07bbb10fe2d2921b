/* Is HANDLE one of dlopen()'s? */
#include "dynlink.h"

struct module *module_of_handle(void *handle)
{
	for (struct module *m = modules; m; m = m->next)
		if (m == handle)
			return m;
	if (handle == &kernel_module)
		return &kernel_module;
	loader_fail("invalid handle %p", handle);
	return NULL;
}
