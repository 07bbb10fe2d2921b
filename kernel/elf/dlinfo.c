/* dlinfo(3) */
#include "dlfcn.h"
#include "dynlink.h"

/* As in dl_iterate_phdr.c: without tls_get.c all blocks are static. */
OPTIONAL void *tlsdesc_fast(const u64 *index)
{
	u64 tp;
	__asm__("mov %%fs:0, %0" : "=r"(tp));
	const struct tls *t = (const struct tls *)index[0];

	return t->static_offset ? (void *)(tp - t->static_offset) : NULL;
}

EXPORT int dlinfo(void *handle, int request, void *result)
{
	int err = 0;

	KEEP(elf_origin);
	loader_lock();
	struct module *m = module_of_handle(handle);
	if (!m) {
		err = -1;
	} else {
		switch (request) {
		case RTLD_DI_LMID: *(long *)result = 0; break;
		case RTLD_DI_LINKMAP: *(struct link_map **)result = &m->map; break;
		case RTLD_DI_ORIGIN: {
			const char *o = m->origin ? m->origin : "/lib/x86_64-linux-gnu";	/* libc's */
			memcpy(result, o, strlen(o) + 1);
			break;
		}
		case RTLD_DI_TLS_MODID: *(u64 *)result = m->tls ? m->tls->id : 0; break;
		case RTLD_DI_TLS_DATA: *(void **)result = m->tls ? tlsdesc_fast((u64[]){ (u64)m->tls, 0 }) : NULL; break;
		case RTLD_DI_PHDR:
			*(const void **)result = m->user_phdrs ? m->user_phdrs : m->phdrs;
			err = m->phnum;
			break;
		case RTLD_DI_SERINFO: case RTLD_DI_SERINFOSIZE:
			if (!dlinfo_search(m, request, result))
				err = -1;
			break;
		default:
			loader_fail("unsupported dlinfo request");
			err = -1;
		}
	}
	if (err < 0)
		uk_dl_fail(loader_message);
	loader_unlock();
	return err;
}
