/*
 * exit(): the calling thread's C++ thread_local objects are destroyed first,
 * then musl's exit() runs the rest. Both parts exist only where they are used.
 */
#include <stdlib.h>
#include "../glue.h"

_Noreturn void __musl_exit(int code);

static void nothing(void) {}
weak_alias(nothing, uk_call_tls_dtors);

int uk_exit_status;

_Noreturn void exit(int code)
{
	uk_exit_status = code;
	uk_call_tls_dtors();
	__musl_exit(code);
}
