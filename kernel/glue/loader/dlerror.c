/* dlerror(): the message of the thread's last failure, once. */
#include <stdlib.h>
#include <string.h>
#include "pthread_impl.h"

void *__libc_malloc(size_t n);
void __libc_free(void *p);
void __dl_thread_cleanup(void);

char *dlerror(void)
{
	pthread_t self = __pthread_self();

	if (!self->dlerror_flag)
		return 0;
	self->dlerror_flag = 0;
	return self->dlerror_buf ? self->dlerror_buf : "out of memory";
}

void uk_dl_fail(const char *message)
{
	pthread_t self = __pthread_self();
	size_t n = strlen(message) + 1;

	__asm__ volatile(".reloc ., R_X86_64_NONE, __dl_thread_cleanup");
	__libc_free(self->dlerror_buf);
	self->dlerror_buf = __libc_malloc(n);
	if (self->dlerror_buf)
		memcpy(self->dlerror_buf, message, n);
	self->dlerror_flag = 1;
}

void uk_dlerror_free(void)
{
	__libc_free(__pthread_self()->dlerror_buf);
}
