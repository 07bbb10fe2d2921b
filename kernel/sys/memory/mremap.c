/* mremap(2) */
#include "kernel.h"
#include "vfs.h"

#define MREMAP_MAYMOVE 1
#define MREMAP_FIXED 2
#define MREMAP_DONTUNMAP 4

/* locked.c, in programs that lock memory or map it themselves. */
OPTIONAL int lock_grows(const struct vma *v, u64 more) { (void)v, (void)more; return 0; }

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

/* Shared anonymous memory has no object behind it: both areas get the same pages, those that nobody touched yet too. */
static int share_pages(const struct vma *v, u64 from, u64 to, u64 len)
{
	for (u64 off = 0; off < len; off += PAGE_SIZE) {
		int level;
		u64 *src = pte_find(from + off, true, &level);
		if (src && level == 2 && huge_split(src))
			src = pte_find(from + off, false, &level);
		u64 *dst = pte_find(to + off, true, &level);
		if (!src || *src & PTE_HUGE || !dst)
			return -ENOMEM;
		void *p = *src ? pte_page(*src) : page_alloc_user(true);
		if (!p)
			return -ENOMEM;
		if (!*src)
			*src = pte_own(p, v->prot);
		page_get(p);
		*dst = *src;
	}
	return 0;
}

/* KEEP: the old area stays, and is filled anew when it is touched; with shared memory both show the same. */
static long move(struct vma *v, u64 old, u64 old_len, u64 new_len, u64 fixed, bool keep)
{
	struct vma was = *v;
	u64 same = min(old_len, new_len);
	bool duplicate = (keep || !old_len) && was.flags & MAP_SHARED;

	if (was.file)
		vnode_get(was.file);
	long to = vm_map(fixed, new_len, was.prot, was.flags | (fixed ? MAP_FIXED : 0), was.file,
			 was.file ? was.offset + (old - was.start) : 0);
	if (to > 0) {
		int err = !duplicate ? move_pages(old, to, same) : was.file ? 0 :
			share_pages(&was, old, to, min(new_len, was.end - old));
		if (err) {	/* what had moved goes back */
			if (!duplicate)
				move_pages(to, old, same);
			vm_unmap(to, new_len);
			to = err;
		} else if (!keep) {
			vm_unmap(old, old_len);
		}
	}
	if (was.file)
		vnode_put(was.file);
	return to;
}

/* MREMAP_FIXED and MREMAP_DONTUNMAP. */
static long move_to(u64 old, u64 old_len, u64 new_len, int flags, u64 to)
{
	bool fixed = flags & MREMAP_FIXED;

	if (fixed && (to & (PAGE_SIZE - 1) || new_len > USER_MAX || to > USER_MAX - new_len || (to < old + old_len && old < to + new_len)))
		return -EINVAL;
	if (new_len < old_len) {
		vm_unmap(old + new_len, old_len - new_len);
		old_len = new_len;
	}
	struct vma *v = vma_find(old);
	if (!old_len && !(v->flags & MAP_SHARED))
		return -EINVAL;
	if (v->end < old + old_len)
		return -EFAULT;
	return new_len > old_len && lock_grows(v, new_len - old_len) ? -EAGAIN : move(v, old, old_len, new_len, fixed ? to : 0, flags & MREMAP_DONTUNMAP);
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
	if (flags & ~7 || (flags & (MREMAP_FIXED | MREMAP_DONTUNMAP) && !(flags & MREMAP_MAYMOVE)) ||
	    (flags & MREMAP_DONTUNMAP && old_len != new_len) || old & (PAGE_SIZE - 1) || !new_len)
		return -EINVAL;
	if (!v)
		return -EFAULT;
	if (flags & (MREMAP_FIXED | MREMAP_DONTUNMAP))
		return move_to(old, old_len, new_len, flags, new_addr);
	if (new_len <= old_len) {
		if (new_len < old_len)
			vm_unmap(old + new_len, old_len - new_len);
		return old;
	}
	if (!old_len && !(v->flags & MAP_SHARED))	/* 0 makes a second mapping of what is shared */
		return -EINVAL;
	if (v->end < old + old_len)
		return -EFAULT;
	if (lock_grows(v, new_len - old_len))
		return -EAGAIN;
	if (grows_in_place(v, old, old_len, new_len)) {
		long r = vm_map(old + old_len, new_len - old_len, v->prot, v->flags | MAP_FIXED, v->file,
				v->file ? v->offset + (old + old_len - v->start) : 0);
		return r < 0 ? r : (long)old;
	}
	return flags & MREMAP_MAYMOVE ? move(v, old, old_len, new_len, 0, false) : -ENOMEM;
}
SYSCALL(25, mremap, FULL);
