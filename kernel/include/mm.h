/* Memory: physical pages, kernel heap, address space. */
#ifndef MM_H
#define MM_H

#include "layout.h"
#include "types.h"

struct vnode;

/* One per page of physical memory that the allocator has handed out at least
 * once (mm/page.c). */
struct page {
	u16 refs;
	u8 order;	/* of the free or allocated block it heads */
	u8 flags;
	u32 slab;	/* kmalloc: size class */
};
#define PAGE_FREE	1
#define PAGE_SLAB	2

static inline void *phys_to_virt(phys_t p) { return (void *)(p + DIRECT_BASE); }
static inline phys_t virt_to_phys(const void *v) { return (u64)v - DIRECT_BASE; }

/* mm/page.c: buddy allocator. Orders 0 (4 KB) to 9 (2 MB). Addresses are in
 * the direct map. pages_alloc returns NULL when memory is out; zeroed=true
 * gives zeroed memory (free of charge for memory never used before). */
void page_init_range(phys_t start, phys_t end);
void *pages_alloc(unsigned order, bool zeroed);
void pages_free(void *p, unsigned order);
static inline void *page_alloc(void) { return pages_alloc(0, true); }
/* Reference counts, for pages that are shared between page cache and maps.
 * page_alloc gives one reference; page_put frees at zero. */
void page_get(void *p);
void page_put(void *p);
unsigned page_refs(void *p);
extern u64 mem_total_pages, mem_free_pages;

/* mm/kmalloc.c: any size; 16-byte aligned; NULL when memory is out. */
void *kmalloc(size_t size);
void *kzalloc(size_t size);
void *krealloc(void *p, size_t size);
void kfree(void *p);
char *kstrdup(const char *s);

/* mm/vma.c: the address space. prot and flags are Linux's PROT_*, MAP_*.
 * vm_map returns the address or a negative errno. The caller holds the lock. */
struct vma {
	u64 start, end;		/* page aligned; [start, end) */
	int prot;
	int flags;		/* MAP_SHARED or MAP_PRIVATE, MAP_ANONYMOUS, MAP_STACK ... */
	struct vnode *file;	/* NULL: anonymous */
	u64 offset;		/* of start in file, bytes */
};
long vm_map(u64 addr, u64 len, int prot, int flags, struct vnode *file, u64 offset);
long vm_unmap(u64 addr, u64 len);
long vm_protect(u64 addr, u64 len, int prot);
struct vma *vma_find(u64 addr);		/* holds addr, or NULL */
struct vma *vma_next(u64 addr);		/* first that ends above addr, or NULL */
extern struct vma **vmas;
extern unsigned vma_count;

/* mm/fault.c */
int vm_fault(u64 addr, u32 error);	/* 0, or -EFAULT: the app's fault, or -ENOMEM */

/* mm/user.c: is [addr, addr+len) mapped with PROT bits? Check every pointer
 * that comes from a raw system call before using it; it may then be
 * dereferenced: pages are made present on demand. */
bool user_ok(const void *addr, size_t len, int prot);
long user_strlen(const char *s, size_t max);	/* or -EFAULT, -ENAMETOOLONG */
#define CHECK_READ(p, n)  do { if (!user_ok((p), (n), 1)) return -14; } while (0)
#define CHECK_WRITE(p, n) do { if (!user_ok((p), (n), 2)) return -14; } while (0)

/* mm/map.c: page tables. */
void *map_device(phys_t p, size_t len);	/* uncached registers, in the direct map */

#endif
