/* What the kernel asks the loader, and modules of devices. */
#include "modules.h"
#include "virtio.h"

static const struct driver *find(u32 id)
{
	for (unsigned i = 0; i < parts_ready; i++)
		for (const struct driver *d = parts[i]->header->drivers; d < parts[i]->header->drivers_end; d++)
			if (d->id == id)
				return d;
	return NULL;
}

static void alias_of(char alias[24], u32 id)
{
	if (id > 0xffff)
		ksnprintf(alias, 24, "pci:%08x", id);
	else
		ksnprintf(alias, 24, "virtio:%u", id);
}

static const struct driver *driver(u32 id)
{
	const struct driver *d = find(id);
	char alias[24];

	alias_of(alias, id);
	return d || !request(alias) ? d : find(id);
}

static bool refused(u32 id)
{
	char alias[24];

	alias_of(alias, id);
	return index_find(alias, 0);
}

static void print(void)
{
	kprintf("module %p %sloader\n", NULL, MODULES_FOLDER);
	for (unsigned i = 0; i < part_count; i++)
		kprintf("module %p %s\n", (void *)parts[i]->elf.bias, parts[i]->path);
}

static bool list(struct module_listed *m)
{
	if (m->i >= part_count)
		return false;
	m->name = parts[m->i]->name;
	m->bytes = parts[m->i]->bytes;
	m->address = (u64)parts[m->i]->memory;
	return true;
}

/* "boot": [kernel] modules= of the manifest. "bus": looks for devices by itself. */
static bool wanted_at_boot(const char *alias)
{
	return !strcmp(alias, "boot") || !strcmp(alias, "bus") ||
		(!strncmp(alias, "cmdline:", 8) && cmdline_get(alias + 8, 0));
}

/* What needs devices. */
static bool wanted_late(const char *alias)
{
	return !strncmp(alias, "late:", 5) && cmdline_get(alias + 5, 0);
}

static void request_all(bool (*wanted)(const char *alias))
{
	const char *alias = NULL;
	char *module;

	while (index_next(&alias, &module))
		if (wanted(alias))
			request(alias);
}

static void probe_late(void)
{
	for (unsigned i = 0; i < parts_ready; i++)
		for (const struct driver *d = parts[i]->header->drivers; d < parts[i]->header->drivers_end; d++)
			if (d->id == DRIVER_LATE)
				d->probe(NULL);
}

/* Devices that waited, the last of them first in the list: in the order in which they were found, which is that of disks' names. */
static void attach_waiting(void)
{
	struct virtio_device *found = NULL, *d;

	while ((d = module_waiting)) {
		module_waiting = d->next;
		d->next = found;
		found = d;
	}
	while ((d = found)) {
		found = d->next;
		module_attach(d);
	}
}

static void boot(void)
{
	request_all(wanted_at_boot);
	attach_waiting();
	request_all(wanted_late);
	probe_late();
}

static u64 hook(unsigned what, u64 arg)
{
	switch (what) {
	case MODULE_REQUEST: return request((const char *)arg);
	case MODULE_INTERFACE: return request(kernel_interface((void **)arg));
	case MODULE_DRIVER: return (u64)driver(arg);
	case MODULE_BOOT: boot(); break;
	case MODULE_LATER: return refused(((struct virtio_device *)arg)->id);
	case MODULE_LIST: return list((struct module_listed *)arg);
	case MODULE_PRINT: print();
	}
	return 0;
}

/* All of the loader is in memory; its tables are not. */
u64 loader_hook_first(unsigned what, u64 arg)
{
	static struct waitq waiting = WAITQ_INIT(waiting);
	static bool reading;
	KERNEL_LOCK();

	if (what > MODULE_BOOT)
		return 0;
	if (!reading) {
		reading = true;
		tables_read();
		module_hook = hook;
		wake_all(&waiting);
	}
	while (module_hook != hook)
		wait_on(&waiting, FOREVER, false);
	return hook(what, arg);
}
