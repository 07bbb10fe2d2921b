/*
 * Thread-local storage (Drepper, "ELF Handling For Thread-Local Storage",
 * variant II): modules that are there at the start, and later ones that use
 * the initial-exec model, have their blocks at fixed distances below the
 * thread pointer; others get a block in each thread on first use (tls_get.c).
 * musl allocates and fills the static part of every new thread from the list
 * that we hand to it (kernel/glue/loader/tls.c).
 */
#include "dynlink.h"

#define SURPLUS 2048		/* for initial-exec libraries that dlopen() brings */
#define LATE_MODULES 16		/* how many may share it */
#define GLIBC_THREAD_STACK (8U << 20)	/* default of pthread_create() in glibc: RLIMIT_STACK */
#define MAX_ALIGN 4096UL
#define MAX_SIZE (64UL << 20)

static struct tls_image *head, **tail = &head;
static size_t count, count_at_start, used, limit, align_most = 64;
static u64 next_id = 1;
static u64 next_slot;

bool tls_place_static(struct module *m)
{
	struct tls_image *t = &m->tls->image;
	u64 offset = used + t->size;

	/* The block begins at thread pointer - offset, which must agree with the image modulo its alignment. */
	offset += (-offset - (u64)t->image) & (t->align - 1);
	if (limit && (offset > limit || t->align > align_most || count == count_at_start + LATE_MODULES))
		return loader_fail("%s: wants %lu bytes of static thread-local storage, which is used up; "
			"link the program against this library", m->name, t->size);
	t->offset = m->tls->static_offset = used = offset;
	align_most = max(align_most, t->align);
	*tail = t;
	tail = &t->next;
	count++;
	return true;
}

bool tls_assign(struct module *m, bool at_start)
{
	const struct elf_phdr *p = NULL;

	for (unsigned i = 0; i < m->phnum && !m->is_kernel; i++)
		if (m->phdrs[i].type == PT_TLS)
			p = &m->phdrs[i];
	if (!p || !p->memsz || m->tls)
		return true;
	u64 align = p->align ? p->align : 1;
	if (p->filesz > p->memsz || p->memsz > MAX_SIZE || align & (align - 1) || align > MAX_ALIGN ||
	    (p->filesz && !module_at(m, p->vaddr, p->filesz, PF_R)))	/* without an image the address may be any, as Go's is */
		return loader_fail("%s: corrupt thread-local segment", m->name);
	if (!(m->tls = loader_alloc(sizeof(*m->tls))))
		return loader_fail("%s: out of memory", m->name);
	m->tls->image = (struct tls_image){ .image = (void *)(m->bias + p->vaddr), .len = p->filesz,
		.size = p->memsz, .align = align };
	m->tls->id = next_id++;
	if (at_start)
		return tls_place_static(m);
	m->tls->slot = next_slot++;	/* never used again, so a thread's old block cannot be taken for a new one */
	return true;
}

OPTIONAL bool tls_make_static(struct module *m)
{
	return loader_fail("%s: thread-local storage without a place", m->name);
}

bool tls_need_static(struct module *m)
{
	return m->tls->static_offset || tls_make_static(m);
}

void tls_publish(void)
{
	uk_tls_publish(head, count, limit, align_most, count_at_start + LATE_MODULES);
}

bool tls_start(void)
{
	long mem;

	limit = used + SURPLUS;
	count_at_start = count;
	size_t size = uk_tls_publish(head, count, limit, align_most, count + LATE_MODULES);
	{
		KERNEL_LOCK();
		mem = vm_map(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, NULL, 0);
	}
	if (mem < 0)
		return loader_fail("out of memory for thread-local storage");
	uk_tls_first_thread((void *)mem, main_module->musl ? 0 : GLIBC_THREAD_STACK);
	return true;
}

void tls_fill_first(void)
{
	char *tp;

	__asm__("mov %%fs:0, %0" : "=r"(tp));
	for (struct tls_image *t = head; t; t = t->next)
		memcpy(tp - t->offset, t->image, t->len);
}
