/* What the files of relocation share: relocate.c has what nearly every program uses,
 * the others are linked in for programs that have more (relocations() of the image builder). */
#ifndef RELOCATE_H
#define RELOCATE_H

#include "dynlink.h"

struct relocating {
	struct module *m;
	u32 last_sym;		/* the last answer, for runs of the same symbol */
	bool last_plt;
	struct found last;
};

/* The definition that symbol INDEX of the module is bound to; found.m NULL: weak and undefined. */
bool reloc_bind(struct relocating *s, u32 index, bool plt, struct module *skip, struct found *out);
/* Where a relocation at OFFSET writes SIZE bytes, or NULL: outside of what may be written. */
u8 *reloc_place(const struct module *m, u64 offset, unsigned size);
bool reloc_each(struct module *m, bool (*fn)(struct relocating *s, const struct elf_rela *r));
bool reloc_protect(struct module *m, u64 from, u64 to, int prot);

bool apply_copy(struct relocating *s, const struct elf_rela *r);	/* relocate_copy.c */
bool apply_tls(struct relocating *s, const struct elf_rela *r);		/* relocate_tls.c */
/* relocate_rare.c */
bool apply_rare(struct relocating *s, const struct elf_rela *r);
bool relocate_before(struct module *m);
bool relocate_after(struct module *m);

bool unused_import(const struct module *m, struct found *out);	/* elf/unused_imports.c */

#endif
