/*
 * Thread-local storage between the kernel's dynamic linker and musl: the part
 * that knows musl's structures. kernel/elf/tls.c decides where each module's
 * block goes; musl's __copy_tls() lays out and fills a new thread's memory.
 */
#include "pthread_impl.h"
#include "libc.h"

/* musl's own would look for a static program's PT_TLS. */
void __init_tls(size_t *aux)
{
}

/* The list of static blocks, COUNT now and MOST ever; ROOM is the bytes below the thread
 * pointer. Returns the size of a thread's memory, which never changes after the first call. */
size_t uk_tls_publish(struct tls_module *head, size_t count, size_t room, size_t align, size_t most)
{
	libc.tls_align = align;
	libc.tls_size = (1 + most) * sizeof(void *) + room + sizeof(struct pthread) + 2 * align;
	libc.tls_size += -libc.tls_size & (align - 1);
	libc.tls_cnt = count;
	libc.tls_head = head;
	return libc.tls_size;
}

/* DEFAULT_STACK: of pthread_create(), 0: as musl has it. */
void uk_tls_first_thread(void *mem, unsigned default_stack)
{
	if (default_stack)
		__default_stacksize = default_stack;
	if (__init_tp(__copy_tls(mem)) < 0)
		a_crash();
}
