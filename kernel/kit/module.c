/* Linked into every module: what the loader takes hold of. */
#include "module.h"

#define HIDDEN __attribute__((visibility("hidden")))

extern const struct driver module_drivers[] HIDDEN, module_drivers_end[] HIDDEN;
extern const struct implementation module_implementations[] HIDDEN, module_implementations_end[] HIDDEN;
extern const struct module_init module_inits[] HIDDEN, module_inits_end[] HIDDEN;
extern void (*const module_constructors[])(void) HIDDEN, (*const module_constructors_end[])(void) HIDDEN;
extern void (*const module_destructors[])(void) HIDDEN, (*const module_destructors_end[])(void) HIDDEN;

HIDDEN const struct module_header module_header = {
	module_drivers, module_drivers_end,
	module_implementations, module_implementations_end,
	module_inits, module_inits_end,
	module_constructors, module_constructors_end,
	module_destructors, module_destructors_end,
};
