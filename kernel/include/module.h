/*
 * Modules: parts of the kernel as ELF shared objects in the image, loaded when
 * something asks for them (kernel/modules/, docs/modules.md).
 *
 * Sources of a driver whose .kconfig says tristate are compiled twice: for the
 * archive, and with -fPIC -DMODULE for the module. Nothing in them need differ.
 * What would be gathered into the kernel's tables is gathered into the module's,
 * which its header names; the ELF entry point is the header's address.
 */
#ifndef MODULE_H
#define MODULE_H

#include "driver.h"
#include "interface.h"
#include "module_request.h"
#include "types.h"
#include "uk_abi.h"

#define MODULE_WORDS 256		/* bytes of words of the command line that ask for modules, each with a NUL, and one more */

/* Runs START once: in a module when all its symbols are bound, built in at boot before buses look for their devices.
 * 0 or -errno. STOP, or NULL, undoes it if another start function of what is being loaded fails. Any number a
 * source file; the order within a module is that of their names. */
struct module_init {
	const char *name;
	int (*start)(void);
	void (*stop)(void);
};
#ifdef MODULE
#define MODULE_INIT(start, stop) \
	static const struct module_init module_init_##start __attribute__((used)) GATHERED(".module_init." #start) = { #start, start, stop }
#else
#define MODULE_INIT(start, stop) \
	static int start##_at_boot(struct virtio_device *unused) { (void)unused; (void)(void (*)(void))(stop); return start(); } \
	static const struct driver init_##start __attribute__((used)) GATHERED(".init." #start) = { #start, 0, start##_at_boot }
#endif

/* What selects a part that drives no device when it is built in: the symbol drv_NAME. */
#ifdef MODULE
#define PART(name) _Static_assert(sizeof(#name) > 1, "part")
#else
#define PART(name) DRIVER(name, DRIVER_LATE, NULL)
#endif

/* What loads the module, besides what it implements and the device types of its drivers. */
#ifdef MODULE
#define MODULE_ALIAS(alias) \
	__asm__(".pushsection .modinfo,\"\",@progbits; .asciz \"alias=" alias "\"; .popsection")
#else
#define MODULE_ALIAS(alias) _Static_assert(sizeof(alias) > 1, "alias")
#endif

struct vnode;

struct module_header {
	const struct driver *drivers, *drivers_end;
	const struct implementation *implementations, *implementations_end;
	const struct module_init *inits, *inits_end;
	void (*const *constructors)(void), (*const *constructors_end)(void);	/* of the C language: before the inits */
	void (*const *destructors)(void), (*const *destructors_end)(void);	/* last of all, if it is refused after that */
};

/* The kit's fingerprint, in a note (owner "uk", type 1) of the kernel and of every module. Made by kernel/kit/mkkit. */
#define FINGERPRINT_SIZE 32
extern const u8 kit_fingerprint[FINGERPRINT_SIZE];

/* A module that was loaded, the I-th. */
struct module_listed {
	unsigned i;
	const char *name;
	u64 bytes, address;
};

/* What the loader (modules/loader/) answers, once it is in memory. */
enum {
	MODULE_REQUEST,		/* module_request(alias) */
	MODULE_INTERFACE,	/* the same for the function that an interface's pointer, arg, is to lead to */
	MODULE_DRIVER,		/* struct driver of that id in a module, which is loaded for it; or NULL */
	MODULE_BOOT,		/* loads what is to be there from boot on; the ones behind load nothing */
	MODULE_LATER,		/* is there a module for this struct virtio_device, which was refused? */
	MODULE_LIST,		/* module_listed(arg) */
	MODULE_PRINT,		/* prints a line for each module, for backtraces */
};
extern u64 (*module_hook)(unsigned what, u64 arg);

/* The file of the loader's first page. */
extern struct vnode *module_loader;

/* Devices that were found before the root file system, and what to call for them then. */
extern struct virtio_device *module_waiting;
extern void (*module_attach)(struct virtio_device *d);

#endif
