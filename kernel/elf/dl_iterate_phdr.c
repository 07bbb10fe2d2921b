/* dl_iterate_phdr(3): exception unwinding finds its tables through it. The
 * kernel is left out: it has none. */
#include "dlfcn.h"
#include "dynlink.h"

OPTIONAL void *tlsdesc_fast(const u64 *index)
{
	u64 tp;
	__asm__("mov %%fs:0, %0" : "=r"(tp));
	const struct tls *t = (const struct tls *)index[0];

	return t->static_offset ? (void *)(tp - t->static_offset) : NULL;
}

EXPORT int dl_iterate_phdr(int (*callback)(struct dl_phdr_info *info, size_t size, void *data), void *data)
{
	int result = 0;

	loader_lock();
	for (struct module *m = modules; m && !result; m = m->next) {
		u64 index[2] = { (u64)m->tls, 0 };
		struct dl_phdr_info info = {
			.addr = m->bias, .name = m->name, .phdr = m->user_phdrs ? m->user_phdrs : m->phdrs,
			.phnum = m->phnum, .adds = modules_added, .subs = modules_removed,
			.tls_modid = m->tls ? m->tls->id : 0, .tls_data = m->tls ? tlsdesc_fast(index) : NULL,
		};
		result = callback(&info, sizeof(info), data);
	}
	loader_unlock();
	return result;
}
