/* shmget(2), shmat(2), shmdt(2). A segment is a file in memory without a name. */
#include "../../fs/ramfs.h"
#include "linux_file.h"
#include "shm.h"

#define SHM_RDONLY	010000
#define SHM_RND		020000
#define SHM_REMAP	040000
#define SHM_EXEC	0100000
#define SHM_HUGETLB	04000
#define SHM_NORESERVE	010000
#define SYSV_NAME	13

u64 shm_attached(const struct shm *s)
{
	return s->file->refs - s->held;
}

u64 shm_stored(const struct shm *s)
{
	return RAM(s->file)->stored;
}

static void shm_release(struct vnode *v)
{
	struct shm *s = v->data;

	ipc_remove(&shm_table, &s->o);
	kfree(s);
	ram_release(v);
}

static const struct vnode_ops *shm_ops(void)
{
	static struct vnode_ops ops;

	ops = ram_file_ops;
	ops.release = shm_release;
	return &ops;
}

static int shm_make(u64 size, int key, int flags)
{
	if (!size || size > SHM_MAX)
		return -EINVAL;
	if (flags & SHM_HUGETLB)
		return -ENOSYS;
	if (vm_overcommit(size) && !(flags & SHM_NORESERVE))
		return -ENOMEM;
	struct shm *s = kzalloc(sizeof(*s));
	if (!s || !(s->file = ramfs_anonymous(flags & 0777))) {
		kfree(s);
		return -ENOMEM;
	}
	int id = ipc_add(&shm_table, &s->o, key, flags);
	if (id < 0) {
		vnode_put(s->file);
		kfree(s);
		return id;
	}
	KEEP(procnode_sysvipc_shm);
	KEEP(procnode_shmmax);
	KEEP(procnode_shmall);
	KEEP(procnode_shmmni);
	s->file->ops = shm_ops();
	s->file->data = s;
	if ((s->file->name = kmalloc(SYSV_NAME)))
		ksnprintf(s->file->name, SYSV_NAME, "SYSV%08x", key);
	s->file->size = s->size = size;
	s->ctime = ipc_now();
	s->cpid = 1;
	s->held = true;
	return id;
}

static int shm_fits(const struct ipc_object *o, u64 size)
{
	return ((const struct shm *)o)->size < size ? -EINVAL : 0;
}

struct ipc_table shm_table = { .limit = 4096, .make = shm_make, .fits = shm_fits };

long sys_shmget(int key, size_t size, int flags)
{
	KERNEL_LOCK();
	return ipc_get(&shm_table, key, flags, size);
}
SYSCALL(29, shmget, PARTIAL("no huge pages"));

static bool free_range(u64 addr, u64 size)
{
	struct vma *v = vma_next(addr);

	return addr + size >= addr && (!v || v->start >= addr + size);
}

/* ADDR as FLAGS have it. */
static int attach_address(u64 *addr, int flags)
{
	if (!*addr)
		return flags & SHM_REMAP ? -EINVAL : 0;
	if (*addr & (PAGE_SIZE - 1) && !(flags & SHM_RND))
		return -EINVAL;
	*addr = align_down(*addr, (u64)PAGE_SIZE);
	return !*addr && flags & SHM_REMAP ? -EINVAL : 0;
}

long sys_shmat(int id, u64 addr, int flags)
{
	int prot = PROT_READ, allow = ALLOW_READ, how = addr ? MAP_FIXED : 0;

	KERNEL_LOCK();
	if (attach_address(&addr, flags))
		return -EINVAL;
	KEEP(map_no_write);
	if (flags & SHM_RDONLY) {
		how |= VMA_NO_WRITE;
	} else {
		prot |= PROT_WRITE;
		allow |= ALLOW_WRITE;
	}
	if (flags & SHM_EXEC) {
		prot |= PROT_EXEC;
		allow |= ALLOW_EXEC;
	}
	struct shm *s = ipc_find(&shm_table, id);
	if (!s)
		return -EINVAL;
	if (!ipc_allows(&s->o, allow))
		return -EACCES;
	if (addr && !(flags & SHM_REMAP) && !free_range(addr, align_up(s->size, (u64)PAGE_SIZE)))
		return -EINVAL;
	vnode_get(s->file);	/* mapping over its only mapping must not end it */
	long r = vm_map(addr, s->size, prot, MAP_SHARED | MAP_NORESERVE | how, s->file, 0);
	if (r > 0) {
		s->atime = ipc_now();
		s->lpid = 1;
	}
	vnode_put(s->file);
	return r;
}
SYSCALL(30, shmat, FULL);

/* core/mm/vma.c: shmdt(2) or munmap(2) of part of it, too. */
void vma_unmapped(const struct vma *v)
{
	struct shm *s = v->file && v->file->ops->release == shm_release ? v->file->data : NULL;

	if (!s)
		return;
	s->dtime = ipc_now();
	s->lpid = 1;
}

/* The first area at or above ADDR that is the segment mapped at ADDR, or what is left of it. */
static struct vma *attached_at(u64 addr, const struct vnode *file)
{
	for (struct vma *v = vma_next(addr); v; v = vma_next(v->end))
		if (v->start >= addr && v->file && v->file->ops->release == shm_release && v->start - addr == v->offset &&
		    (!file || v->file == file))
			return v;
	return NULL;
}

long sys_shmdt(u64 addr)
{
	KERNEL_LOCK();
	struct vma *v = addr & (PAGE_SIZE - 1) ? NULL : attached_at(addr, NULL);
	if (!v)
		return -EINVAL;
	struct vnode *file = v->file;
	long err = 0;
	vnode_get(file);
	while (!err && (v = attached_at(addr, file)))
		err = vm_unmap(v->start, v->end - v->start);
	vnode_put(file);
	return err;
}
SYSCALL(67, shmdt, FULL);
