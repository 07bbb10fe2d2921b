/* mremap(2) */
#include "kernel.h"
#include "vfs.h"

#define MREMAP_MAYMOVE 1
#define MREMAP_FIXED 2

/* Moves page table entries; contents stay where they are. */
static int move_pages(u64 from, u64 to, u64 len)
{
	for (u64 off = 0; off < len; off += PAGE_SIZE) {
		int level;
		u64 *src = pte_find(from + off, false, &level);
		if (!src) {
			off = align_down(from + off, (u64)HUGE_SIZE) + HUGE_SIZE - from - PAGE_SIZE;
			continue;
		}
		if (level == 2) {
			if (!huge_split(src))
				return -ENOMEM;
			src = pte_find(from + off, false, &level);
		}
		if (!*src)
			continue;
		u64 *dst = pte_find(to + off, true, &level);
		if (!dst)
			return -ENOMEM;
		*dst = *src;
		*src = 0;
	}
	tlb_flush();
	return 0;
}

static long move(struct vma *v, u64 old, u64 old_len, u64 new_len, u64 fixed)
{
	struct vma was = *v;

	if (was.file)
		vnode_get(was.file);
	long to = vm_map(fixed, new_len, was.prot, was.flags | (fixed ? MAP_FIXED : 0), was.file,
			 was.file ? was.offset + (old - was.start) : 0);
	if (to > 0) {
		int err = move_pages(old, to, min(old_len, new_len));
		if (err) {	/* what had moved goes back */
			move_pages(to, old, min(old_len, new_len));
			vm_unmap(to, new_len);
			to = err;
		} else {
			vm_unmap(old, old_len);
		}
	}
	if (was.file)
		vnode_put(was.file);
	return to;
}

static bool grows_in_place(const struct vma *v, u64 old, u64 old_len, u64 new_len)
{
	struct vma *next = vma_next(old + old_len);

	return v->end == old + old_len && new_len < USER_MAX && (!next || next->start >= old + new_len);
}

long sys_mremap(u64 old, u64 old_len, u64 new_len, int flags, u64 new_addr)
{
	KERNEL_LOCK();
	struct vma *v = vma_find(old);

	old_len = align_up(old_len, (u64)PAGE_SIZE);
	new_len = align_up(new_len, (u64)PAGE_SIZE);
	if (old & (PAGE_SIZE - 1) || !new_len || !old_len || flags & ~3)
		return -EINVAL;
	if (flags & MREMAP_FIXED && (!(flags & MREMAP_MAYMOVE) || new_addr & (PAGE_SIZE - 1) ||
				     (new_addr < old + old_len && old < new_addr + new_len)))
		return -EINVAL;
	if (!v || v->end < old + old_len)
		return -EFAULT;
	if (flags & MREMAP_FIXED)
		return move(v, old, old_len, new_len, new_addr);
	if (new_len <= old_len) {
		if (new_len < old_len)
			vm_unmap(old + new_len, old_len - new_len);
		return old;
	}
	if (grows_in_place(v, old, old_len, new_len)) {
		long r = vm_map(old + old_len, new_len - old_len, v->prot, v->flags | MAP_FIXED, v->file,
				v->file ? v->offset + (old + old_len - v->start) : 0);
		return r < 0 ? r : (long)old;
	}
	return flags & MREMAP_MAYMOVE ? move(v, old, old_len, new_len, 0) : -ENOMEM;
}
SYSCALL(25, mremap, PARTIAL("no MREMAP_DONTUNMAP"));
