/* /proc/self/mem and pagemap (proc_pid_mem(5), proc_pid_pagemap(5)). */
#include "memory.h"
#include "permission.h"

#define EIO	5

/* As far as there is memory that the program may read, or write to, itself. Linux also goes round what mprotect(2) says. */
static long transfer(void *to, const void *from, size_t n, const void *place, int prot, u64 *pos)
{
	size_t room = user_room(place, n, prot);

	if (!room)
		return n ? -EIO : 0;
	memcpy(to, from, room);
	*pos += room;
	return room;
}

static long mem_read(struct file *f, void *buf, size_t n, u64 *pos)
{
	return transfer(buf, (void *)*pos, n, (void *)*pos, PROT_READ, pos);
}

static long mem_write(struct file *f, const void *buf, size_t n, u64 *pos)
{
	return transfer((void *)*pos, buf, n, (void *)*pos, PROT_WRITE, pos);
}

static const struct file_ops mem_ops = { .read = mem_read, .write = mem_write, .seek = proc_seek, .release = proc_file_release };

/* Linux Documentation/admin-guide/mm/pagemap.rst. Frame numbers are for CAP_SYS_ADMIN only. */
#define MAP_PRESENT	(1UL << 63)
#define MAP_FILE	(1UL << 61)
#define MAP_EXCLUSIVE	(1UL << 56)

static u64 entry_of(u64 addr)
{
	const struct vma *v = vma_find(addr);
	int level;
	u64 *pte = v ? pte_find(addr, false, &level) : NULL;

	if (!pte || !(*pte & PTE_P))
		return 0;
	u64 frame = (*pte & PTE_ADDR) >> PAGE_SHIFT;
	if (level == 2)
		frame = (frame & ~511UL) + (addr >> PAGE_SHIFT & 511);
	bool file = v->flags & MAP_SHARED || (v->file && !(*pte & PTE_OWNED));
	return MAP_PRESENT | MAP_EXCLUSIVE | (file ? MAP_FILE : 0) | (capable(CAP_SYS_ADMIN) ? frame : 0);
}

static long pagemap_read(struct file *f, void *buf, size_t n, u64 *pos)
{
	u64 *out = buf, end = USER_MAX / PAGE_SIZE * 8;

	if ((*pos | n) & 7)
		return -EINVAL;
	if (*pos >= end)
		return 0;
	n = min(n, end - *pos);
	for (size_t i = 0; i < n; i += 8, *pos += 8)
		*out++ = entry_of(*pos / 8 * PAGE_SIZE);
	return n;
}

static const struct file_ops pagemap_ops = { .read = pagemap_read, .seek = proc_seek, .release = proc_file_release };

static long no_store(const struct text *t, const char *buf, size_t n) { return -EINVAL; }

static const struct procmore mem = { .store = no_store, .ops = &mem_ops }, pagemap = { .ops = &pagemap_ops };

PROCNODES(self_mem,
	{ "qt" "mem", .more = &mem },
	{ "Pt" "pagemap", .more = &pagemap },
);
