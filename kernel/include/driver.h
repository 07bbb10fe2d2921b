/* Drivers: gathered by the linker from .drivers sections; the image builder
 * selects one by its symbol drv_NAME. */
#ifndef DRIVER_H
#define DRIVER_H

#include "types.h"
#include "uk_abi.h"

struct virtio_device;

struct driver {
	const char *name;
	u32 id;			/* virtio device type (virtio 1.2, section 5), PCI_ID(), 0: a bus, probed at boot; or DRIVER_LATE */
	int (*probe)(struct virtio_device *dev);	/* 0 or -errno; NULL dev for a bus */
};
#define DRIVER_LATE 0xffff	/* in a module: probed at boot once all devices were found; its alias says late:WORD */
#define DRIVER(sym, ...) \
	const struct driver drv_##sym GATHERED(".drivers." #sym) = { #sym, __VA_ARGS__ }
extern const struct driver drivers_start[], drivers_end[];

/* A driver of PCI devices: PROBE takes struct pci_device. */
#define PCI_ID(vendor, device) ((u32)(vendor) << 16 | (device))
#define PCI_DRIVER(sym, id, probe) DRIVER(sym, id, (int (*)(struct virtio_device *))(void *)(probe))

/* drivers/probe.c. find: built in, or in a module, which is loaded for it; or NULL. later: whether there is nothing to say
 * about a device without a driver: ATTACH will be called again when modules can be loaded, or its module was refused. */
void drivers_probe(void);	/* boot: every bus, then its devices */
const struct driver *driver_find(u32 id);
const struct driver *module_driver(u32 id);
bool module_later(void (*attach)(struct virtio_device *d), struct virtio_device *d);

/* arch/x86_64/irq.c */
extern unsigned irq_devices;	/* how many have asked */
unsigned irq_claim(void (*handler)(void *), void *arg);	/* as irq_register, for a message: gives the vector that it must have */
extern volatile u32 *ioapic;

/* lib/cmdline.c: the I-th value of KEY on the kernel command line, unquoted, or NULL. */
const char *cmdline_get(const char *key, unsigned i);
/* Of the program's words, uk.arg and uk.env: the first value of KEY, and the one behind LAST. They may be many. */
const char *cmdline_word(const char *last);	/* the word behind LAST, NULL: the first; NULL: there is none */
const char *cmdline_next(const char *key, const char *last);
u64 parse_u64(const char *s);	/* decimal, as far as it goes */

#endif
