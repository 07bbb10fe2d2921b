/* What the kernel itself has of modules: it brings the loader (modules/loader/)
 * into memory and passes questions on to it. The image builder selects this file
 * by kernel_modules when the image has modules. */
#include "boot.h"
#include "kernel.h"
#include "loader.h"
#include "module.h"
#include "virtio.h"

const char kernel_modules[1];

void (*module_attach)(struct virtio_device *d);
struct virtio_device *module_waiting;

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

bool module_listed(unsigned i, const char **name, u64 *bytes, u64 *address)
{
	struct module_listed m = { i };
	bool there = module_hook(MODULE_LIST, (u64)&m);

	*name = m.name;
	*bytes = m.bytes;
	*address = m.address;
	return there;
}

void module_parts_print(void)
{
	module_hook(MODULE_PRINT, 0);
}

/* The image builder bound the loader to this kernel's addresses, and noted which these are. */
void modules_start(void)
{
	static const char path[] = MODULES_FOLDER "loader";
	struct elf_file f;
	bool missing;
	const char *why = elf_open(&f, path, &missing);

	if (!why)
		why = f.ehdr.flags == (u32)((u64)kernel_text_end + (u64)kernel_rodata_end) ? elf_map(&f, 0) : "of another kernel";
	if (why)
		exec_fail(126, path, why);
	((void (*)(void))f.ehdr.entry)();
}
