/* What the kernel itself has of modules: it brings the loader (modules/loader/)
 * into memory and passes questions on to it. The image builder selects this file
 * by kernel_modules when the image has modules. */
#include "boot.h"
#include "elf.h"
#include "kernel.h"
#include "loader.h"
#include "module.h"
#include "vfs.h"
#include "virtio.h"

const char kernel_modules[1];

void (*module_attach)(struct virtio_device *d);
struct virtio_device *module_waiting;

/* Before the root file system is there. */
static u64 not_yet(unsigned what, u64 arg)
{
	struct virtio_device *d = (void *)arg;

	if (what != MODULE_LATER)
		return 0;
	d->next = module_waiting;
	module_waiting = d;
	return 1;
}
u64 (*module_hook)(unsigned what, u64 arg) = not_yet;

bool module_request(const char *alias)
{
	return module_hook(MODULE_REQUEST, (u64)alias);
}

void interface_request(void **slot)
{
	module_hook(MODULE_INTERFACE, (u64)slot);
}

const struct driver *module_driver(u32 id)
{
	return (void *)module_hook(MODULE_DRIVER, id);
}

bool module_later(void (*attach)(struct virtio_device *d), struct virtio_device *d)
{
	module_attach = attach;
	return module_hook(MODULE_LATER, (u64)d);
}

bool module_listed(struct module_listed *m)
{
	return module_hook(MODULE_LIST, (u64)m);
}

void module_parts_print(void)
{
	module_hook(MODULE_PRINT, 0);
}

struct vnode *module_loader;

/* The image builder bound the loader to this kernel's addresses, and noted in E_FLAGS which these are. Its first page,
 * a file of its own, brings the others when they are needed. */
void modules_start(void)
{
	static const char path[] = MODULES_FOLDER MODULES_FIRST;
	static const struct elf_ehdr *e;	/* what has its address taken on the stack costs a canary */
	static int level;

	if (vfs_lookup(root_vnode, path, 0, &module_loader) || module_loader->ops->getpage(module_loader, 0, false, (void **)&e) ||
	    e->flags != (u32)((u64)kernel_text_end + (u64)kernel_rodata_end))
		exec_fail(126, path, "cannot be loaded; build the image again");
	*pte_find(LOADER_BASE, true, &level) = virt_to_phys(e) | pte_flags(PROT_READ | PROT_EXEC);
	((void (*)(void))e->entry)();
}
