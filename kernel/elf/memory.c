/* Memory of the dynamic linker. What programs get to see (file names, which
 * they may pass to system calls) lies in their part of the address space. */
#include "dynlink.h"

void *loader_alloc(size_t n)
{
	KERNEL_LOCK();
	return kzalloc(n ? n : 1);
}

void loader_free(void *p)
{
	KERNEL_LOCK();
	kfree(p);
}

struct string {
	struct string *next;
	char text[];
};

const char *loader_string(const char *s)
{
	static struct string *strings;
	static char *room;
	static size_t left;
	size_t n = align_up(sizeof(struct string) + strlen(s) + 1, 8UL);
	KERNEL_LOCK();

	for (struct string *e = strings; e; e = e->next)
		if (!strcmp(e->text, s))
			return e->text;
	if (n > left) {
		size_t chunk = align_up(n, (size_t)PAGE_SIZE);
		long r = vm_map(0, chunk, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, NULL, 0);
		if (r < 0)
			return NULL;
		room = (char *)r;
		left = chunk;
	}
	struct string *e = (struct string *)room;
	room += n;
	left -= n;
	memcpy(e->text, s, strlen(s) + 1);
	e->next = strings;
	strings = e;
	return e->text;
}
