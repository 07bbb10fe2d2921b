/* Asking for modules: kernels of images without any cannot. */
#include "interface.h"

/* Loads the modules that the image's index has for ALIAS, and what they need; false: there is none, or it is refused, which
 * one line on the console tells. May sleep. */
INTERFACE(bool, module_request, (const char *alias), (alias), false)
