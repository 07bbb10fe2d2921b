/* Address space and its pages. */
#include "effects.h"

#define PAGE 4096

static char *pages(size_t n) { return mmap(NULL, n * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }

static bool mapped(void *p)
{
	unsigned char v;

	return !mincore(p, PAGE, &v);
}

EFFECT(munmap) { char *p = pages(3); return !C(munmap, p + PAGE, PAGE) && mapped(p) && !mapped(p + PAGE) && mapped(p + 2 * PAGE); }

EFFECT(mremap)
{
	char *p = pages(1), *to = pages(4);

	*p = 'x';
	char *q = (char *)C(mremap, p, PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to);
	return q == to && *q == 'x' && !q[PAGE] && !mapped(p);
}

EFFECT(brk)
{
	char *now = (char *)C(brk, 0), *more = (char *)(((uintptr_t)now + PAGE - 1) / PAGE * PAGE + 4 * PAGE);
	bool grew = (char *)C(brk, more) == more && mapped(more - PAGE);

	more[-1] = 1;
	return (char *)C(brk, now) == now && grew && !mapped(more - PAGE);
}

static long locked(void) { return field("/proc/self/status", "VmLck"); }

EFFECT(mlock) { char *p = pages(2); long before = locked(); return !C(mlock, p, 2 * PAGE) && locked() == before + 8 && !munlock(p, 2 * PAGE); }
EFFECT(mlock2) { char *p = pages(2); long before = locked(); return !C(mlock2, p, 2 * PAGE, 1 /* MLOCK_ONFAULT */) && locked() == before + 8 && !munlock(p, 2 * PAGE); }
EFFECT(munlock) { char *p = pages(2); long before = locked(); return !mlock(p, 2 * PAGE) && !C(munlock, p, PAGE) && locked() == before + 4 && !munmap(p, 2 * PAGE); }
EFFECT(munlockall) { char *p = pages(1); return !mlock(p, PAGE) && locked() > 0 && !C(munlockall) && !locked(); }

static long policy(void *p)
{
	int mode = -1;

	return C(get_mempolicy, &mode, NULL, 0, p, p ? 2 /* MPOL_F_ADDR */ : 0) ? -1 : mode;
}

static bool policies(void *p)
{
	unsigned long node = 1;

	return (p ? C(mbind, p, PAGE, 2 /* MPOL_BIND */, &node, 64, 0) : C(set_mempolicy, 2, &node, 64)) ? errno == ENOSYS && getpid() != 1 : policy(p) == 2;
}

EFFECT(mbind) { return policies(pages(1)); }

static void *set_policy(void *p) { return (void *)(long)policies(p); }

EFFECT(set_mempolicy) { return in_thread(set_policy); }

/* Where the processor has keys of memory: the rights that a key begins with. */
static bool key(int *k)
{
	*k = C(pkey_alloc, 0, 2 /* PKEY_DISABLE_WRITE */);
	return *k >= 0;
}

EFFECT(pkey_alloc)
{
	int k;
	unsigned rights = 0, high;

	if (!key(&k))
		return errno == ENOSPC || errno == ENOSYS || errno == EINVAL;
	__asm__ volatile(".byte 0x0f, 0x01, 0xee" : "=a"(rights), "=d"(high) : "c"(0));
	C(pkey_free, k);
	return (rights >> 2 * k & 3) == 2;
}

EFFECT(pkey_free)
{
	int k, again;

	if (!key(&k))
		return C(pkey_free, 1) < 0;
	bool freed = !C(pkey_free, k) && C(pkey_free, k) < 0;
	return key(&again) && again == k && !C(pkey_free, k) && freed;
}

EFFECT(process_vm_readv)
{
	char from[] = "abc", to[4] = "";
	struct iovec a = { to, 4 }, b = { from, 4 };

	return C(process_vm_readv, getpid(), &a, 1, &b, 1, 0) == 4 && !strcmp(to, "abc");
}

EFFECT(process_vm_writev)
{
	char from[] = "abc", to[4] = "";
	struct iovec a = { from, 4 }, b = { to, 4 };

	return C(process_vm_writev, getpid(), &a, 1, &b, 1, 0) == 4 && !strcmp(to, "abc");
}

NONE(mincore, "only reads");
NONE(get_mempolicy, "only reads");
NONE(msync, "as fsync");
