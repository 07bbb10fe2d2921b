/* What pthread_atfork() of a glibc program calls. */
#include <pthread.h>

int __register_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void), void *dso)
{
	return pthread_atfork(prepare, parent, child);
}
