/* Thread-local storage of the program and its libraries gets its places. The image builder selects this file
 * by exec_tls, and dlopen() does. */
#include "dynlink.h"

#define MAX_ALIGN 4096UL
#define MAX_SIZE (64UL << 20)

const char exec_tls[1];

static struct tls_image **tail = &tls_plan.head;
static u64 next_id = 1, next_slot;

bool tls_place_static(struct module *m)
{
	struct tls_image *t = &m->tls->image;
	u64 offset = tls_plan.used + t->size;

	/* The block begins at thread pointer - offset, which must agree with the image modulo its alignment. */
	offset += (-offset - (u64)t->image) & (t->align - 1);
	if (tls_plan.limit && (offset > tls_plan.limit || t->align > tls_plan.align_most ||
	    tls_plan.count == tls_plan.count_at_start + LATE_MODULES))
		return loader_fail("%s: wants %lu bytes of static thread-local storage, which is used up; "
			"link the program against this library", m->name, t->size);
	t->offset = m->tls->static_offset = tls_plan.used = offset;
	tls_plan.align_most = max(tls_plan.align_most, t->align);
	*tail = t;
	tail = &t->next;
	tls_plan.count++;
	return true;
}

bool tls_assign(struct module *m, bool at_start)
{
	const struct elf_phdr *p = NULL;

	KEEP(relocate_tls);
	for (unsigned i = 0; i < m->phnum && !m->is_kernel; i++)
		if (m->phdrs[i].type == PT_TLS)
			p = &m->phdrs[i];
	if (!p || !p->memsz || m->tls)
		return true;
	u64 align = p->align ? p->align : 1;
	if (p->filesz > p->memsz || p->memsz > MAX_SIZE || align & (align - 1) || align > MAX_ALIGN ||
	    (p->filesz && !module_at(m, p->vaddr, p->filesz, PF_R)))	/* without an image the address may be any, as Go's is */
		return module_corrupt(m, "thread-local segment");
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
