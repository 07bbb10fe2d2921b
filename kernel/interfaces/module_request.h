/* Asking for modules: kernels of images without any cannot. */
#include "interface.h"

/* Loads the modules that the image's index has for ALIAS, and what they need; false: there is none, or it is refused, which
 * one line on the console tells. May sleep. */
INTERFACE(bool, module_request, (const char *alias), (alias), false)

struct module_listed;
/* Fills in the name, size and address of M->i, counted among those that were loaded; false: there are not as many. */
INTERFACE(bool, module_listed, (struct module_listed *m), (m), false)
