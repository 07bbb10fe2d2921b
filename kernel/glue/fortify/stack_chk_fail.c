/* A function compiled with -fstack-protector found its canary changed. */
#include "../glue.h"

_Noreturn void __stack_chk_fail(void)
{
	uk_fatal("*** stack smashing detected ***: terminated\n");
}
