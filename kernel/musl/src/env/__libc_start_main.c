/*
 * Where a program built against musl starts. The kernel's loader has already
 * called __init_libc() and run the constructors.
 */
#include <stdlib.h>
#include "libc.h"

int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv,
	void (*init)(), void (*fini)(), void (*ldso)())
{
	exit(main(argc, argv, argv + argc + 1));
	return 0;
}
