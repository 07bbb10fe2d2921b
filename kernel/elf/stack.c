/* The first thread's stack as the kernel hands it to a program: strings,
 * auxiliary vector, environment, arguments (x86-64 psABI, 3.4.1). */
#include "cpu.h"
#include "driver.h"
#include "kernel.h"
#include "loader.h"
#include "vfs.h"

#define AUX_MAX 24

static const char platform[] = "x86_64";

static unsigned count(const char *key)
{
	unsigned n = 0;

	while (cmdline_get(key, n))
		n++;
	return n;
}

unsigned args_count(void)
{
	return count("uk.arg");
}

static u64 push(u64 sp, const void *bytes, size_t n)
{
	memcpy((void *)(sp - n), bytes, n);
	return sp - n;
}

/* Copies the values of KEY below SP; their addresses go to VECTOR. */
static u64 push_strings(u64 sp, const char *key, unsigned n, u64 *vector)
{
	for (unsigned i = n; i-- > 0;) {
		const char *s = cmdline_get(key, i);
		vector[i] = sp = push(sp, s, strlen(s) + 1);
	}
	vector[n] = 0;
	return sp;
}

static void map_stack(void)
{
	long r = vm_map(USER_STACK_TOP - USER_STACK_SIZE, USER_STACK_SIZE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, NULL, 0);
	/* Below it nothing is ever placed (vm_map keeps to USER_MMAP_TOP); a guard area would
	 * look like stack to those who probe for its end, as pthread_getattr_np() does. */
	if (r < 0)
		panic("out of memory for the program's stack; give the machine more");
}

/* Largest signal frame: Linux's struct rt_sigframe and the vector state (CPUID 0xD). */
static u64 min_signal_stack(void)
{
	u32 r[4];

	cpuid(0xd, 0, r);
	return 1024 + align_up(r[1], 64);
}

static u64 *put_auxv(u64 *v, const struct elf_file *f, u64 interp_base, u64 random, u64 name, u64 plat)
{
	u32 features[4], extended[4];
	cpuid(1, 0, features);
	cpuid(7, 0, extended);
	const u64 aux[][2] = {
		{ AT_PHDR, f->phdr_addr },
		{ AT_PHENT, sizeof(struct elf_phdr) },
		{ AT_PHNUM, f->phdr_addr ? f->phnum : 0 },
		{ AT_PAGESZ, PAGE_SIZE },
		{ AT_BASE, interp_base },
		{ AT_FLAGS, 0 },
		{ AT_ENTRY, f->bias + f->ehdr.entry },
		{ AT_UID, 0 }, { AT_EUID, 0 }, { AT_GID, 0 }, { AT_EGID, 0 },
		{ AT_SECURE, 0 },
		{ AT_HWCAP, features[3] },
		{ AT_HWCAP2, extended[1] & 1 ? 2 : 0 },	/* HWCAP2_FSGSBASE */
		{ AT_CLKTCK, 100 },
		{ AT_RANDOM, random },
		{ AT_EXECFN, name },
		{ AT_PLATFORM, plat },
		{ AT_MINSIGSTKSZ, min_signal_stack() },
		{ AT_NULL, 0 },
	};
	_Static_assert(array_len(aux) <= AUX_MAX, "room for the auxiliary vector");
	memcpy(v, aux, sizeof(aux));
	return v + 2 * array_len(aux);
}

u64 stack_build(const struct elf_file *f, u64 interp_base)
{
	unsigned argc = args_count(), envc = count("uk.env");
	u64 random[2], sp = USER_STACK_TOP - 8;
	size_t bytes = 0;

	for (unsigned i = 0; i < argc; i++)
		bytes += strlen(cmdline_get("uk.arg", i)) + 1;
	for (unsigned i = 0; i < envc; i++)
		bytes += strlen(cmdline_get("uk.env", i)) + 1;
	if (bytes + (argc + envc) * sizeof(u64) > USER_STACK_SIZE / 4)
		exec_fail(126, f->name, "arguments and environment are too long; shorten them");
	map_stack();
	random_bytes(random, sizeof(random));

	*(u64 *)sp = 0;
	u64 name = sp = push(sp, f->name, strlen(f->name) + 1);
	u64 plat = sp = push(sp, platform, sizeof(platform));
	u64 rnd = sp = push(sp, random, sizeof(random));
	u64 strings = align_down(sp - bytes, 16UL);
	u64 vectors = align_down(strings - (1 + argc + 1 + envc + 1 + 2 * AUX_MAX) * sizeof(u64), 16UL);

	u64 *v = (u64 *)vectors;
	*v++ = argc;
	sp = push_strings(sp, "uk.env", envc, v + argc + 1);
	push_strings(sp, "uk.arg", argc, v);
	exe_argv = (char **)v;
	exe_argc = argc;
	exe_envp = (char **)(v + argc + 1);
	put_auxv(v + argc + 1 + envc + 1, f, interp_base, rnd, name, plat);
	return vectors;
}
