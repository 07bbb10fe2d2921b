/* What only programs that call mmap() themselves ask of it. The builder selects this file by map_asked. */
#include "kernel.h"
#include "linux_file.h"
#include "locked.h"
#include "vfs.h"

#define LOW_START 0x40000000UL
#define LOW_END 0x80000000UL

const char map_asked[1];

/* MAP_32BIT: upwards from the hint or the second gigabyte, where addresses are good for 31 bits (Linux
 * arch/x86/kernel/sys_x86_64.c, find_start_end). 0: none is free. */
u64 map_low_address(u64 hint, u64 len)
{
	u64 addr = hint >= USER_MIN && hint < LOW_END ? align_down(hint, (u64)PAGE_SIZE) : LOW_START;

	while (addr < LOW_END && len <= LOW_END - addr) {
		struct vma *v = vma_next(addr);
		if (!v || v->start >= addr + len)
			return addr;
		addr = v->end;
	}
	return hint ? map_low_address(0, len) : 0;
}

#define FILE_MAX 0x7ffffffffffff000UL	/* as far as files of most kinds reach on Linux, in whole pages */
#define MAP_LEGACY 0x7c07f9f3	/* LEGACY_MAP_MASK of Linux: the flags that came before MAP_SHARED_VALIDATE, and itself */

static int check_type(const struct file *f, int flags)
{
	int type = flags & MAP_TYPE;

	if (!type || type > MAP_SHARED_VALIDATE || (!f && type == MAP_SHARED_VALIDATE))
		return -EINVAL;
	if (type == MAP_SHARED_VALIDATE && flags & ~MAP_LEGACY)
		return -EOPNOTSUPP;
	return flags & MAP_HUGETLB ? f ? -EINVAL : -ENOMEM : 0;	/* as with Linux's pool of huge pages when it is empty */
}

/* MAP_FIXED_NOREPLACE is MAP_FIXED where nothing is. */
static int check_free(u64 addr, u64 len, int *flags)
{
	struct vma *v = vma_next(addr);

	if (addr & (PAGE_SIZE - 1))
		return -EINVAL;
	*flags = (*flags & ~MAP_FIXED_NOREPLACE) | MAP_FIXED;
	return v && v->start < addr + len ? -EEXIST : 0;
}

/* In Linux's order (do_mmap). */
long map_check(const struct file *f, u64 addr, u64 len, int *flags, u64 offset)
{
	KEEP(map_no_write);
	KEEP(user_lost_anchor);
	KEEP(vm_unmap_clean_anchor);
	int asked = *flags;

	*flags &= ~(VMA_NO_WRITE | VMA_STUBS);
	if (f && f->flags & O_PATH)
		return -EBADF;
	if (f && *flags & MAP_SHARED && !file_writes(f))
		*flags |= VMA_NO_WRITE;
	if (!len)
		return -EINVAL;
	if (len > USER_MAX)
		return -ENOMEM;
	int err = *flags & MAP_FIXED_NOREPLACE ? check_free(addr, len, flags) : 0;
	if (err)
		return err;
	if (f && (S_ISREG(f->vnode->mode) || S_ISSOCK(f->vnode->mode)) && offset > FILE_MAX - align_up(len, (u64)PAGE_SIZE))
		return -EOVERFLOW;
	err = check_type(f, asked);
	if (!err)
		err = lock_mapping(len, flags);
	if ((*flags & MAP_TYPE) == MAP_SHARED_VALIDATE)
		*flags ^= MAP_SHARED_VALIDATE ^ MAP_SHARED;
	return err;
}
