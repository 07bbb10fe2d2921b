/* musl has every thread change its own identity and limits, by a signal. In this kernel they are the process's. */
#include "pthread_impl.h"

void __synccall(void (*func)(void *), void *arg)
{
	func(arg);
}
