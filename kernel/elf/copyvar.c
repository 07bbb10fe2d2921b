/*
 * COPY relocations of libc's variables.
 *
 * A program linked without -fPIC holds its own copy of `environ`, `optind`,
 * `stdout` and such, and everybody must use that copy from then on, libc included. libc is
 * linked into the kernel at fixed addresses, so it cannot be relocated; instead
 * its code reaches these few variables through cells {original, current}
 * (kernel/musl/copyvar.sh), and a COPY relocation sets `current`. Whoever is
 * bound to the variable later, by this name or an alias, gets the copy too.
 */
#include "dynlink.h"

extern struct copyvar { u64 original, current; } copyvar_start[], copyvar_end[];

const char copyvars[1];	/* apply_copy() names it */

u64 copyvar_current(u64 address)
{
	for (struct copyvar *v = copyvar_start; v < copyvar_end; v++)
		if (v->original == address)
			return v->current;
	return address;
}

void copyvar_redirect(u64 address, u64 copy)
{
	for (struct copyvar *v = copyvar_start; v < copyvar_end; v++)
		if (v->original == address)
			v->current = copy;
}
