/*
 * The loader of modules: what its files share. It is a file of the image itself
 * (MODULES_FOLDER "loader"), bound to the kernel's addresses by the image builder,
 * so the kernel grows by little more than modules/hooks.c. Its first page (first.c)
 * brings the others when a module is needed.
 *
 * What the image's index names is all that is ever loaded, by its name in
 * MODULES_FOLDER. A module is copied to pages of the direct map, so that its
 * variables can be given to devices, as the kernel's can, and its code never
 * faults. The kernel lock is held throughout, and one thread at a time loads
 * (request.c).
 */
#ifndef MODULES_H
#define MODULES_H

#include "../../elf/dynlink.h"
#include "module.h"

#define MAX_PARTS	32	/* modules loaded at once: a bit each in part.needs */
#define MAX_DEPTH	8	/* of modules that need modules */
#define REFUSED		0x80	/* bit of the first letter, in the index, of a module that was refused */

/* A loaded module. */
struct part {
	const char *name;	/* of its file, in the index */
	const struct module_header *header;
	struct part *outer;	/* while it is loaded: what needs it */
	bool constructed;	/* constructors ran */
	unsigned started;	/* functions of MODULE_INIT that ran */
	char *memory;		/* whole pages */
	u64 bytes;
	u32 needs;		/* bit I: parts[I] */
	struct elf_file file;
	struct module elf;
	char path[sizeof(MODULES_FOLDER) + 64];
};
extern struct part *parts[MAX_PARTS];	/* what a module needs comes before it */
extern unsigned part_count, parts_ready;	/* ready: all of it has started */

/* index.c. Lines of two words: what asks for a module, and the module's file. next: *ALIAS is NULL at first. find: the
 * I-th line with that alias; its module, or NULL. kernel_symbol: its address, or 0. kernel_interface: the function that SLOT is
 * the pointer of, or NULL. */
void tables_read(void);
bool index_next(const char **alias, char **module);
char *index_find(const char *alias, unsigned i);
u64 kernel_symbol(const char *name);
const char *kernel_interface(void **slot);

void loader_first(void);	/* first.c: the loader's entry (kit/loader.ld) */
/* first.c, boot.c: answers until a module is needed, and until the tables are read. */
u64 loader_first_hook(unsigned what, u64 arg);
u64 loader_hook_first(unsigned what, u64 arg);

/* request.c. refuse: NAME, which is in the index, is not tried again. */
bool request(const char *alias);
void refuse(const char *name);

/* load.c. The module, which OUTER needs, or NULL, and what it needs itself, bound but not started; NULL: loader_message. */
struct part *part_load(const char *name, struct part *outer);
void part_free(struct part *p);

/* check.c: has it only what modules may have? */
bool segments_ok(struct part *p);
bool dynamic_ok(struct part *p);

/* bind.c */
bool part_bind(struct part *p);

/* protect.c: what may be done with pages of the direct map. */
bool direct_protect(const void *at, u64 bytes, int prot);

#endif
