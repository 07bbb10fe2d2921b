/* What the loader keeps for each thread goes with it; pthread_exit() calls this
 * where it is linked. */
#include <features.h>

static void nothing(void) {}
weak_alias(nothing, thread_exit_tls);
weak_alias(nothing, uk_dlerror_free);

void __dl_thread_cleanup(void)
{
	thread_exit_tls();
	uk_dlerror_free();
}
