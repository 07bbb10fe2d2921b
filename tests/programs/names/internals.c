// What the compiler, unwinders, debuggers and objects of long ago ask glibc's libraries for.
#define _GNU_SOURCE
#include <elf.h>
#include <execinfo.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "show.h"

// Destructors of thread_local objects.
extern int __cxa_thread_atexit_impl(void (*)(void *), void *, void *);
extern void *__dso_handle;

static void destroy(void *object) { printf("destroyed %s\n", (char *)object); }
static void cleanup(void *arg) { printf("cleaned up %s\n", (char *)arg); }
static void of_key(void *value) { printf("key's %s\n", (char *)value); }

static void *with_objects(void *arg)
{
	pthread_key_t key;

	pthread_key_create(&key, of_key), pthread_setspecific(key, "value");
	E(__cxa_thread_atexit_impl(destroy, "first", &__dso_handle));
	E(__cxa_thread_atexit_impl(destroy, "second", &__dso_handle));
	pthread_cleanup_push(cleanup, "handler");
	pthread_exit(NULL);
	pthread_cleanup_pop(0);
}

static void thread_objects(void)
{
	pthread_t t;

	pthread_create(&t, NULL, with_objects, NULL), pthread_join(t, NULL);
	__cxa_thread_atexit_impl(destroy, "main's", &__dso_handle);
}

// Cleanup handlers as older headers' macros registered them.
struct buffer { void (*routine)(void *); void *arg; int type; struct buffer *prev; };
extern void old_cleanup_push(struct buffer *, void (*)(void *), void *), old_cleanup_pop(struct buffer *, int);
extern void register_defer(__pthread_unwind_buf_t *), unregister_restore(__pthread_unwind_buf_t *);
extern void __pthread_register_cancel(__pthread_unwind_buf_t *), unregister(__pthread_unwind_buf_t *);
__asm__(".symver old_cleanup_push,_pthread_cleanup_push@GLIBC_2.2.5\n.symver old_cleanup_pop,_pthread_cleanup_pop@GLIBC_2.2.5\n"
	".symver register_defer,__pthread_register_cancel_defer@GLIBC_2.3.3\n.symver unregister,__pthread_unregister_cancel@GLIBC_2.3.3\n"
	".symver unregister_restore,__pthread_unregister_cancel_restore@GLIBC_2.3.3");

static void *old_handlers(void *arg)
{
	struct buffer outer, inner;

	old_cleanup_push(&outer, cleanup, "outer");
	old_cleanup_push(&inner, cleanup, "inner, popped");
	old_cleanup_pop(&inner, 1);
	old_cleanup_push(&inner, cleanup, "never");
	old_cleanup_pop(&inner, 0);
	pthread_exit(NULL);
}

static void *new_handlers(void *arg)
{
	__pthread_unwind_buf_t b, d;
	int type;

	memset(&b, 0, sizeof(b)), memset(&d, 0, sizeof(d));
	E(pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &type));
	register_defer(&d);
	pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &type), E(type);
	unregister_restore(&d);
	pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &type), E(type);
	__pthread_register_cancel(&b);
	unregister(&b);
	return NULL;
}

static void handlers(void)
{
	pthread_t t;

	pthread_create(&t, NULL, old_handlers, NULL), pthread_join(t, NULL);
	pthread_create(&t, NULL, new_handlers, NULL), pthread_join(t, NULL);
}

// An unwinder's question, for each frame: what object, where is its .eh_frame_hdr?
struct dl_find_object_result { unsigned long long flags; void *start, *end; struct link_map *map; void *eh_frame; unsigned long long reserved[7]; };
extern int find_object(void *, struct dl_find_object_result *) NAMED(_dl_find_object);

static int eh_frame_hdr(struct dl_phdr_info *info, size_t size, void *arg)
{
	struct dl_find_object_result *r = arg;

	for (int i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_GNU_EH_FRAME && (void *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr) == r->eh_frame)
			return info->dlpi_addr == r->map->l_addr;
	return 0;
}

static void objects(void)
{
	struct dl_find_object_result r;

	memset(&r, 0xff, sizeof(r));
	E(find_object((void *)objects, &r)), E(r.flags), T(r.map->l_name);
	E(r.start <= (void *)objects && (void *)objects < r.end);
	E(dl_iterate_phdr(eh_frame_hdr, &r));
	E(find_object(&r, &r));
	E(find_object(NULL, &r));
}

// A debugger's walk.
extern struct r_debug debugged NAMED(_r_debug);
extern void *__libc_stack_end;

static void modules(int argc, char **argv)
{
	struct link_map *m = debugged.r_map;
	ElfW(Dyn) *d;

	E(debugged.r_version >= 1), E(debugged.r_state), E(debugged.r_brk != 0);
	E(m->l_ld == _DYNAMIC), E(m->l_prev == NULL), E(strlen(m->l_name));
	for (; m->l_next; m = m->l_next)
		if (m->l_next->l_prev != m)
			printf("the list has no way back\n");
	for (d = _DYNAMIC; d->d_tag != DT_NULL && d->d_tag != DT_DEBUG; d++)
		;
	E(d->d_tag == DT_DEBUG && d->d_un.d_ptr == (ElfW(Addr))&debugged);
	E(*(long *)__libc_stack_end == argc), E((char **)__libc_stack_end + 1 == argv);
}

// A line of a backtrace begins with the program's or library's path.
static void trace(void)
{
	void *frame[20];
	char text[2000] = "", **lines, *end;
	int n = backtrace(frame, 20), p[2];

	E(n >= 2);
	lines = backtrace_symbols(frame, n);
	E(!strncmp(strrchr(lines[0], '/'), "/prog(", 6)), E(strstr(lines[0], "[0x") != NULL), free(lines);
	pipe(p);
	backtrace_symbols_fd(frame, 2, p[1]), close(p[1]);
	read(p[0], text, sizeof(text) - 1), close(p[0]);
	n = 0;
	for (end = text; (end = strchr(end, '\n')); end++)
		n++;
	E(n);
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	thread_objects(), handlers(), objects(), modules(argc, argv), trace();
	return 0;
}
