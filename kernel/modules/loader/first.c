/* The first page of the loader, which is in memory from boot on. The other ones follow when the first module is needed:
 * at boot, or when something is asked for. */
#include "boot.h"
#include "modules.h"
#include "vfs.h"

extern const char loader_words[MODULE_WORDS];	/* kit/loader.ld */

/* All variables are in the last page. The folder is where it was at boot, whatever was mounted since. */
static bool load(void)
{
	struct vnode *v;
	int level;

	if (vfs_lookup(module_loader->parent, MODULES_LOADER, 0, &v))
		return false;
	for (u64 at = PAGE_SIZE; at < v->size; at += PAGE_SIZE) {
		u64 *pte = pte_find(LOADER_BASE + at, true, &level);
		char *p = page_alloc();
		if (!p || vnode_read(v, p, PAGE_SIZE, at) <= 0)
			return false;
		if (module_hook != loader_first_hook) {	/* another thread was quicker, while this one slept */
			page_put(p);
			vnode_put(v);
			return true;
		}
		*pte = virt_to_phys(p) | pte_flags(at + PAGE_SIZE < v->size ? PROT_READ | PROT_EXEC : PROT_READ | PROT_WRITE);
	}
	module_hook = loader_hook_first;
	pagecache_drop(v);	/* it will not be read again */
	vnode_put(v);
	return true;
}

u64 loader_first_hook(unsigned what, u64 arg)
{
	KERNEL_LOCK();

	if (what > MODULE_BOOT)
		return 0;
	if (!load())
		exec_fail(126, MODULES_FOLDER MODULES_LOADER, "cannot be loaded; build the image again");
	return module_hook(what, arg);
}

/* Is there a module to load at boot? The words are those of the kernel command line that ask for one; "*" asks at
 * any rate, and so do devices that wait for a driver. */
static bool wanted_at_boot(void)
{
	if (module_waiting)
		return true;
	for (const char *w = loader_words; *w; w += strlen(w) + 1)
		if (*w == '*' || cmdline_get(w, 0))
			return true;
	return false;
}

/* Called by modules/hooks.c when the root file system is there, with the kernel lock. */
void loader_first(void)
{
	module_hook = loader_first_hook;
	if (wanted_at_boot())
		loader_first_hook(MODULE_BOOT, 0);
}
