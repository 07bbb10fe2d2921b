/* dladdr(3), dladdr1(3): what an address belongs to. */
#include "dlfcn.h"
#include "dynlink.h"

static const struct elf_sym *nearest(const struct module *m, u64 address)
{
	const struct elf_sym *best = NULL;
	u32 n = symbol_count(m);

	for (u32 i = 1; i < n; i++) {
		const struct elf_sym *s = &m->symtab[i];
		u64 value = m->bias + s->value;
		if (s->shndx == SHN_UNDEF || s->shndx == SHN_ABS || !s->value || SYM_TYPE(s) == STT_TLS || value > address)
			continue;
		if (address < value + s->size || (!s->size && value == address))
			if (!best || s->value > best->value)
				best = s;
	}
	return best;
}

EXPORT int dladdr1(const void *address, struct dl_info *info, void **extra, int flags)
{
	u64 a = (u64)address;

	loader_lock();
	struct module *m = module_of(a);
	if (!m && a >= kernel_module.start && a < kernel_module.end)
		m = &kernel_module;
	if (m) {
		const struct elf_sym *s = nearest(m, a);
		info->fname = m->is_main ? exec_name : m->is_kernel ? "libc.so.6" : m->name;
		info->fbase = (void *)m->start;
		info->sname = s ? module_string(m, s->name) : NULL;
		info->saddr = s ? (void *)(m->bias + s->value) : NULL;
		if (flags == RTLD_DL_SYMENT)
			*extra = (void *)s;
		if (flags == RTLD_DL_LINKMAP)
			*extra = &m->map;
	}
	loader_unlock();
	return m != NULL;
}

EXPORT int dladdr(const void *address, struct dl_info *info)
{
	return dladdr1(address, info, NULL, 0);
}
