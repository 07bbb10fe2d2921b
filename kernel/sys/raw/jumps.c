/*
 * Jumps in the place of SYSCALL instructions. A trap costs microseconds on a machine whose ring 0 is emulated, so the
 * builder looks for instructions that leave room for a jump (symbols/jumps.go) and gives the file an attribute with
 * their places; linked in by raw_jumps. Where code of such a file is mapped, its pages get jumps to stubs near them:
 *
 *	the instructions that moved, up to the SYSCALL
 *	movabs	$behind the SYSCALL, %rcx
 *	to raw_jump (landing.S)
 *
 * Two forms. Before the SYSCALL: the first moved instruction has five bytes or more, so that every other instruction is
 * still there, the SYSCALL too; what goes to it traps. Or the SYSCALL itself becomes a short jump to padding between
 * functions, and that a jump to the stub. The file itself stays as it is, and so does what signals tell of: raw_place().
 */
#include "driver.h"
#include "kernel.h"
#include "overlay.h"
#include "vfs.h"

#define SLOT	32
#define MOVED	9		/* bytes at most, of a slot; they end here */
#define STUB	23		/* bytes of raw_stub, which follow them */
#define EDGE	16		/* so much lies in one page from where anything begins */
#define REACH	0x7fff0000	/* of a jump */
#define ATTRIBUTE 0x6c6c6163	/* "call" */

const char raw_jumps[1];

extern const u8 raw_stub[];

/* fs/rofs2.c, which images with such files have: of the tables, where vnode.rdev is the place of a file's attributes. */
int rofs2_table(u64 offset, void *buf, u64 n);

typedef u16 __attribute__((aligned(1), may_alias)) code16;
typedef s32 __attribute__((aligned(1), may_alias)) code32;
typedef u64 __attribute__((aligned(1), may_alias)) code64;

/* One of the attribute (docs/rofs2.md). */
struct site {
	u32 end;		/* of the SYSCALL, in the file */
	u16 first;		/* two bytes of what the jump replaces */
	u16 with;		/* instead of the SYSCALL: itself, or the short jump */
	s8 by;			/* from its end to the jump */
	u8 into;		/* where in the slot that leads */
	u16 zero;
};
_Static_assert(sizeof(struct site) == 12, "docs/rofs2.md");

/* The code at ADDR, in a page of its own and the kernel's map of that. What cannot be had is zeros, which are nobody's. */
static u8 *own(u64 addr)
{
	static u8 none[SLOT];
	struct vma *v = vma_find(addr);
	int level;
	u64 *pte = pte_find(addr, true, &level);

	if (pte && !*pte && v && v->file)
		map_file_page(v, addr, true);
	return pte && *pte & PTE_OWNED && addr % PAGE_SIZE <= PAGE_SIZE - EDGE ?
		pte_page(*pte) + addr % PAGE_SIZE : none;
}

/* Where it ends. Smaller than memcpy(). */
static inline u8 *copy(u8 *to, const u8 *from, u64 n)
{
	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(n) :: "memory");
	return to;
}

/* The site whose SYSCALL ends at END, with a stub in the slot at STUB. False: it is not as the table says. */
static bool patch(const struct site *s, u64 end, u64 stub)
{
	u64 jump = end + s->by;
	u8 *from = own(end - 2 - MOVED), *p = own(jump), *to = own(stub);

	if (*(code16 *)(from + MOVED) != 0x050f || *(code16 *)p != s->first)
		return false;
	copy(copy(to, from, MOVED), raw_stub, STUB);
	*(code64 *)(to + MOVED + 2) = end;
	*(code16 *)(from + MOVED) = s->with;
	*p = 0xe9;
	*(code32 *)(p + 1) = stub + s->into - (jump + 5);
	return true;
}

/* Room for SIZE bytes below what lies together with code at START. 0: none within reach of its END. */
static u64 place(u64 start, u64 end, u64 size)
{
	struct vma *v;

	while ((v = vma_next(start - size)) && v->start < start)
		start = v->start;
	start -= size;
	return end - start < REACH &&
		vm_map(start, size, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | VMA_STUBS, NULL, 0) > 0 &&
		vm_populate(start, size, false) ? start : 0;
}

/* Of what was just mapped, LEN bytes of FILE from OFFSET on, to be executed. */
void jumps_make(u64 start, u64 len, struct vnode *file, u64 offset)
{
	struct { u32 name_len, size, name; } x;
	struct site s;
	u64 at = overlay_real(file)->rdev;

	if (cmdline_get(CMD_TRAPS, 0) || rofs2_table(at, &x, sizeof(x)) || x.name != ATTRIBUTE)
		return;
	u64 stub = place(start, start + len, align_up(x.size * 4ul, (u64)PAGE_SIZE));	/* a third more than they take */
	u64 end = (at += sizeof(x)) + x.size;
	for (; stub && at < end && !rofs2_table(at, &s, sizeof(s)); at += sizeof(s))
		if (s.end - offset < len && patch(&s, start + (s.end - offset), stub))
			stub += SLOT;
}

/*
 * Where a thread that is at RIP is in the program. At the jump of the first form nothing has moved yet; in the padding
 * of the second it has not left the SYSCALL.
 */
u64 raw_place(u64 rip)
{
	u64 at = rip;

	if (user_ok((void *)rip, 5, PROT_EXEC) && *(u8 *)rip == 0xe9)
		at += 5 + *(code32 *)(rip + 1);
	struct vma *v = vma_find(at);
	if (!v || !(v->flags & VMA_STUBS))
		return rip;
	u64 stub = align_down(at, (u64)SLOT) + MOVED, site = *(code64 *)(stub + 2) - 2;

	return at < stub ? site - (stub - at) : site;
}
