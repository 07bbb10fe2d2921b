/* The first thread's stack as the kernel hands it to a program: strings,
 * auxiliary vector, environment, arguments (x86-64 psABI, 3.4.1). */
#include "cpu.h"
#include "driver.h"
#include "kernel.h"
#include "loader.h"
#include "signal.h"
#include "vector.h"
#include "vfs.h"
#include "x86.h"

#define AUX_MAX 24

/* sys/vdso/map.c: puts its entry at END, which is AT_NULL with zeroes behind it. */
OPTIONAL void vdso_map(u64 *end) { (void)end; }

static const char platform[] = "x86_64";

struct strings {
	unsigned count;
	size_t bytes;
};

static struct strings measure(const char *key)
{
	struct strings s = { 0 };

	for (const char *w = NULL; (w = cmdline_next(key, w)); s.count++)
		s.bytes += strlen(w) + 1;
	return s;
}

static u64 push(u64 sp, const void *bytes, size_t n)
{
	memcpy((void *)(sp - n), bytes, n);
	return sp - n;
}

/* Copies the values of KEY to *AT and on; their addresses go to VECTOR. Returns what is behind that. */
static u64 *put_strings(u64 *at, const char *key, u64 *vector)
{
	for (const char *w = NULL; (w = cmdline_next(key, w)); *at += strlen(w) + 1) {
		memcpy((void *)*at, w, strlen(w) + 1);
		*vector++ = *at;
	}
	*vector++ = 0;
	return vector;
}

/* elf/exec_stack.c */
OPTIONAL int stack_exec_prot(const struct elf_file *f) { (void)f; return 0; }

static void map_stack(const struct elf_file *f)
{
	long r = vm_map(user_stack_top - USER_STACK_SIZE, USER_STACK_SIZE, PROT_READ | PROT_WRITE | stack_exec_prot(f),
		MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, NULL, 0);
	/* Below it nothing is ever placed (vm_map keeps to USER_MMAP_TOP); a guard area would
	 * look like stack to those who probe for its end, as pthread_getattr_np() does. */
	if (r < 0)
		out_of_memory("for the program's stack");
}

/* sys/identity/start.c, in images whose program is not to run as root: makes it so, and writes it into AUX. */
OPTIONAL void identity_start(u64 (*aux)[2]) { (void)aux; }
/* sys/system/limits_given.c, in images with limits of their own. */
OPTIONAL void limits_start(void) {}

/* In the order of Linux; without a value: 0. */
enum { PHDR, PHENT, PHNUM, PAGESZ, BASE, ENTRY = BASE + 2, HWCAP = ENTRY + 6, HWCAP2, CLKTCK, RANDOM, EXECFN, PLATFORM, MINSIGSTKSZ, END };
static const u8 tags[] = {
	AT_PHDR, AT_PHENT, AT_PHNUM, AT_PAGESZ, AT_BASE, AT_FLAGS, AT_ENTRY, AT_UID, AT_EUID, AT_GID, AT_EGID, AT_SECURE,
	AT_HWCAP, AT_HWCAP2, AT_CLKTCK, AT_RANDOM, AT_EXECFN, AT_PLATFORM, AT_MINSIGSTKSZ,
};
_Static_assert(sizeof(tags) == END && END + 1 < AUX_MAX, "room for the auxiliary vector");

/* V is zeros. */
static void put_auxv(u64 (*v)[2], const struct elf_file *f, u64 interp_base, u64 random, u64 name, u64 plat)
{
	u32 features[4];

	cpuid(1, 0, features);
	for (unsigned i = 0; i < END; i++)
		v[i][0] = tags[i];
	v[PHDR][1] = f->phdr_addr;
	v[PHENT][1] = sizeof(struct elf_phdr);
	v[PHNUM][1] = f->phdr_addr ? f->phnum : 0;
	v[PAGESZ][1] = PAGE_SIZE;
	v[BASE][1] = interp_base;
	v[ENTRY][1] = f->bias + f->ehdr.entry;
	v[HWCAP][1] = features[3];
	v[HWCAP2][1] = monitor_cr4 & CR4_FSGSBASE ? 2 : 0;	/* HWCAP2_FSGSBASE */
	v[CLKTCK][1] = 100;
	v[RANDOM][1] = random;
	v[EXECFN][1] = name;
	v[PLATFORM][1] = plat;
	v[MINSIGSTKSZ][1] = align_up(SIGNAL_FRAME_ROOM + vector_size, 16);
	identity_start(v);
	limits_start();
	vdso_map(v[END]);
}

/* glue/start/stack_end.c */
OPTIONAL void uk_stack_end(u64 sp) { (void)sp; }

/* From the top down: a zero, the file's name, environment, arguments, then what is not strings (Linux fs/exec.c and
 * fs/binfmt_elf.c). Programs that change their title rely on arguments and environment lying together. */
u64 stack_build(const struct elf_file *f, u64 interp_base)
{
	struct strings args = measure(CMD_ARG), env = measure(CMD_ENV);
	size_t bytes = args.bytes + env.bytes, vectors = (args.count + env.count + 3 + 2 * AUX_MAX) * sizeof(u64);
	u64 sp = user_stack_top - 8;

	if (bytes + vectors > USER_STACK_SIZE / 2)
		exec_fail(126, f->name, "arguments and environment are too long; shorten them");
	map_stack(f);

	u64 name = sp = push(sp, f->name, strlen(f->name) + 1);
	u64 strings = sp -= bytes;
	u64 plat = sp = push(sp, platform, sizeof(platform));
	u64 rnd = sp = push(align_down(sp, 16UL) - user_stack_pad, user_random, sizeof(user_random));
	sp = align_down(sp - vectors, 16UL);
	uk_stack_end(sp);

	u64 *v = (u64 *)sp;
	*v++ = args.count;
	exe_args = (char *)strings;
	v = put_strings(&strings, CMD_ARG, v);
	exe_env = (char *)strings;
	v = put_strings(&strings, CMD_ENV, v);
	exe_env_end = (char *)strings;
	exe_auxv = v;
	put_auxv((u64 (*)[2])v, f, interp_base, rnd, name, plat);
	return sp;
}
