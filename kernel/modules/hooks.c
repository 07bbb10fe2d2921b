/* What the kernel itself has of modules: it brings the loader (modules/loader/)
 * into memory and passes questions on to it. The image builder selects this file
 * by kernel_modules when the image has modules. */
#include "boot.h"
#include "kernel.h"
#include "loader.h"
#include "module.h"

const char kernel_modules[1];

struct module_hooks module_hooks;
struct module_waiting *module_waiting;

bool module_request(const char *alias)
{
	return module_hooks.request && module_hooks.request(alias);
}

void *interface_function(void **slot, const char *alias)
{
	if (!*slot)
		module_request(alias);
	return *slot;
}

const struct driver *module_driver(u32 id)
{
	return module_hooks.driver ? module_hooks.driver(id) : NULL;
}

bool module_later(void (*attach)(struct virtio_device *d), struct virtio_device *d)
{
	if (module_hooks.later)
		return module_hooks.later(d);
	struct module_waiting *w = kmalloc(sizeof(*w));
	if (w) {
		*w = (struct module_waiting){ module_waiting, attach, d };
		module_waiting = w;
	}
	return w;
}

void module_parts_print(void)
{
	if (module_hooks.print)
		module_hooks.print();
}

/* The image builder bound the loader to this kernel's addresses, and noted which these are. */
void modules_start(void)
{
	static const char path[] = MODULES_FOLDER "loader";
	struct elf_file f;
	bool missing;
	const char *why = elf_open(&f, path, &missing);

	if (!why && f.ehdr.flags != (u32)((u64)kernel_text_end + (u64)kernel_rodata_end))
		why = "belongs to another kernel; build the image again";
	if (!why)
		why = elf_map(&f, 0);
	if (why)
		panic("%s: %s", path, why);
	((void (*)(void))f.ehdr.entry)();
}
