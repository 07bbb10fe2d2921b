/* What of the address space is resident. */
#ifndef PROC_MEMORY_H
#define PROC_MEMORY_H

#include "kernel.h"
#include "linux_file.h"
#include "../procfs.h"

struct memory_use {
	u64 rss, anon, file, shmem;	/* bytes; the last three make the first */
	u64 huge, dirty, dirty_anon, referenced;	/* of rss */
	u64 tables;
};

void memory_add(const struct vma *v, struct memory_use *u);	/* adds what V has */
void memory_all(struct memory_use *u);

/* Which parts the address space has. */
struct memory_parts { u64 size, data, stack, code, libraries, locked, code_start, code_end, data_start, data_end; };
void memory_parts(struct memory_parts *p);

/* fs/proc_maps.c */
void maps_line(struct text *t, const struct vma *v);

#endif
