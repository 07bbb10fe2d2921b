/* Memory: physical pages, kernel heap, address space. */
#ifndef MM_H
#define MM_H

#include "layout.h"
#include "types.h"
#include "vm_object.h"

/* lib/boot_info.c: what the boot protocol said of the boot module, which is the root file system's image or words. */
extern phys_t boot_module_start;	/* 0: none */
extern u64 boot_module_size;

struct thread;
struct vnode;

/* One per page of physical memory (core/mm/page.c). */
struct page {
	u32 next, prev;		/* free list, by page number */
	u16 refs;
	u8 order;		/* of the block that this page heads */
	u8 flags;
	u32 kind;		/* kmalloc: size class + 1, or 0 */
};
#define PAGE_FREE	1	/* heads a free block */
#define PAGE_ZERO	2	/* that block is all zeroes */
#define PAGE_KNOWN	4	/* free_block_give had it */

static inline void *phys_to_virt(phys_t p) { return (void *)(p + DIRECT_BASE); }
static inline phys_t virt_to_phys(const void *v) { return (u64)v - DIRECT_BASE; }

/* core/mm/page.c: buddy allocator. Orders 0 (4 KB) to 9 (2 MB). Addresses are in
 * the direct map. pages_alloc returns NULL when memory is out; zeroed=true
 * gives zeroed memory (free of charge for memory never used before). */
void page_init(void);
void page_map_finish(void);
struct page *page_of(const void *p);
/* A page of the root file system's image, where that lies in memory, behind all RAM, and its files' contents begin on
 * pages: nobody counts who uses it, and it is never free. */
extern u64 image_start;
static inline bool page_of_image(const void *p) { return (u64)p >= image_start; }
void *pages_alloc(unsigned order, bool zeroed);
void *pages_take(unsigned order, bool zeroed);
void pages_free(void *p, unsigned order);
/* Turns a block from pages_alloc into 1 << order single pages of one reference each. */
void pages_split(void *p, unsigned order);
static inline void *page_alloc(void) { return pages_alloc(0, true); }
/* For the program's data and files in memory: leaves the last pages to the kernel. */
void *page_alloc_user(bool zeroed);
/* Reference counts, for pages that are shared between page cache and maps.
 * page_alloc gives one reference; page_put frees at zero. */
void page_get(void *p);
void page_put(void *p);
unsigned page_refs(void *p);
extern u64 mem_total_pages, mem_free_pages;
extern u64 mem_slab_pages;	/* that kmalloc cut up; it keeps them */
u64 free_blocks(unsigned order);	/* for /proc/buddyinfo */
extern u64 mem_kept_pages;	/* what page_alloc_user leaves */
extern u64 mem_lent_pages;	/* of those not free, in the balloon: nobody uses them */
extern struct thread *pagecache_looks;	/* to this thread only what is cached is given, else -EAGAIN (core/mm/fault.c) */
bool vm_tight(void);	/* so little is left even then that nothing should be read ahead */
/* core/mm/thrash.c: so many pages that are in use had to leave; around waiting for a page of a file (true: call vm_wait_end) */
void vm_starved(u64 pages);
bool vm_wait_begin(const struct vnode *file);
void vm_wait_end(void);
/* Takes a free block of HUGE_SIZE that was in use since the last time, out of the allocator's hands, and gives it
 * back as one that is known. NULL: there is none. */
void *free_block_take(void);
void free_block_give(void *p);

/* core/mm/kmalloc.c: any size; 16-byte aligned; NULL when memory is out. */
void *kmalloc(size_t size);
void *kzalloc(size_t size);
void *krealloc(void *p, size_t size);
void kfree(void *p);
char *kstrdup(const char *s);

/* core/mm/vma.c: the address space. prot and flags are Linux's PROT_*, MAP_*.
 * vm_map returns the address or a negative errno. The caller holds the lock. */
struct vma {
	u64 start, end;		/* page aligned; [start, end) */
	int prot;
	int flags;		/* MAP_SHARED or MAP_PRIVATE, MAP_ANONYMOUS, MAP_STACK ... */
	struct vnode *file;	/* NULL: anonymous */
	u64 offset;		/* of start in file, bytes */
};
#define VMA_MAX		65536	/* areas; vm.max_map_count */
#define VMA_NO_WRITE	0x200	/* in flags: mprotect() may not make it writable; no MAP_* is it */
#define VMA_STUBS	0x20000000	/* in flags: sys/raw/jumps.c made it; no MAP_* is it */
#define VMA_VDSO	0x40000000	/* in flags: sys/vdso/map.c made it; no MAP_* is it */
long vm_map(u64 addr, u64 len, int prot, int flags, struct vnode *file, u64 offset);
long vm_unmap(u64 addr, u64 len);
/* core/mm/reuse.c: what malloc() gives back, and what it asks for: an area whose pages are there already;
 * 0: not for such a request. */
long vm_keep(u64 addr, u64 len);
long vm_map_filled(u64 len, int prot, int flags);
/* Until vm_unmap_end, vm_unmap leaves the flush to it. The lock is kept all the while. */
void vm_unmap_begin(void);
void vm_unmap_end(void);
long vm_protect(u64 addr, u64 len, int prot);
int vm_mark(u64 addr, u64 end, int flag, bool on);	/* a MAP_* of the areas; page aligned; 0 or -ENOMEM */
void vm_set_top(u64 top);		/* areas without an address go below it */
bool vm_overcommit(u64 len);
struct vma *vma_find(u64 addr);		/* holds addr, or NULL */
struct vma *vma_next(u64 addr);		/* first that ends above addr, or NULL */
extern struct vma **vmas;
extern unsigned vma_count;

/* core/mm/drop.c: takes pages [FIRST, END) of FILE out of every mapping. COPIES: those that a private one wrote to as well
 * (the file's end moved before them). The caller drops them from the file before it sleeps. */
void vm_file_drop(const struct vnode *file, u64 first, u64 end, bool copies);

/* core/mm/file_clean.c: the next store to any page of FILE by a shared mapping faults. */
void vm_file_clean(const struct vnode *file);

/* core/mm/fault.c: 0; -EFAULT: the app's fault; -ENOMEM; else what reading the file gave, -ENXIO behind its end */
int vm_fault(u64 addr, u32 error);
bool vm_populate(u64 addr, size_t len, bool write);	/* makes the range present, and writable if WRITE, as far as its areas allow */
/* One that is not mapped; WRITE: of a private area, a copy. 1: of the image, and what else of it is within 2 MB, too. */
int map_file_page(struct vma *v, u64 addr, bool write);
u64 vma_usable_end(const struct vma *v);	/* what lies behind belongs to no page of the file: SIGBUS */

/* core/mm/aslr.c */
void aslr_init(void);
extern u64 user_stack_top, user_stack_pad, user_pie_base, user_brk_gap;
extern u64 user_random[2];

/* core/mm/user.c: is [addr, addr+len) mapped with PROT bits? Check every pointer
 * that comes from a raw system call before using it; it may then be
 * dereferenced: pages are made present on demand. */
bool user_ok(const void *addr, size_t len, int prot);
size_t user_room(const void *addr, size_t len, int prot);	/* how many bytes from ADDR on are */
long user_strlen(const char *s, size_t max);	/* or -EFAULT, -ENAMETOOLONG */
/* core/mm/user_copy.c: memcpy() of a program's memory, which may go away meanwhile (core/mm/lost.c): how much was moved. When that
 * is less than N, the caller returns what it has, or -EFAULT. user_copied: likewise, of what was just moved to or from P. */
size_t user_copy(void *to, const void *from, size_t n);
size_t user_copied(const void *p, size_t n);
void *user_target(void *p, size_t n);
#define CHECK_READ(p, n)  do { if (!user_ok((p), (n), 1)) return -14; } while (0)
#define CHECK_WRITE(p, n) do { if (!user_ok((p), (n), 2)) return -14; } while (0)

/* core/mm/vma.c: the first page table entry at or above *ADDR for which there is a table, and *ADDR where it maps; NULL: none
 * is left before END. The range cuts no 2 MB entry. */
u64 *pte_next(u64 *addr, u64 end, int *level);
void pte_put(u64 entry);	/* page_put() of what it maps */
/* Changes the entry at PTE to WANT, in one step with what processors note there; the old one. */
static inline u64 pte_change(u64 *pte, u64 want) { return __atomic_exchange_n(pte, want, __ATOMIC_RELAXED); }

/* sys/memory/brk.c, sys/memory/mremap.c */
void brk_init(u64 start);

#endif
