/* Firmware, played: it loads a program as UEFI firmware does, offers the
 * services that the loader calls, and takes the place of the kernel at the end.
 *
 *   run IMAGE YEAR MONTH DAY HOUR MINUTE SECOND ZONE   one start, described
 *   refuse IMAGE                                       what is said
 *   damage IMAGE SEED COUNT                            bytes changed at random
 *   maps IMAGE SEED COUNT                              memory maps at random
 *
 * IMAGE is the program as it is in memory. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "../../uefi.h"

efi_status efiapi efi_main(efi_handle image, struct efi_system_table *st);

#define check(what, ...) do { if (!(what)) { printf("WRONG: " __VA_ARGS__); printf("\n"); exit(1); } } while (0)

/* The end of the loader's work: what it copies and jumps to. */
__asm__(".globl handover, handover_end\nhandover: movabs $entered, %rax\n jmp *%rax\nhandover_end:");

static jmp_buf back;
static u64 entry;
static const struct start_info *info;

__attribute__((used)) void entered(u64 at, const struct start_info *si)
{
	entry = at;
	info = si;
	longjmp(back, 1);
}

static u64 state = 1;
static u64 rnd(u64 n)
{
	state ^= state << 13, state ^= state >> 7, state ^= state << 17;
	return state % n;
}

/* --- services -------------------------------------------------------------- */

static struct efi_memory map[400];
static unsigned map_count, stride = 48;
static u64 map_key;
static int refusals;		/* ExitBootServices fails so often */
static bool taken;		/* the kernel's place */

/* What is allocated, to be unmapped. */
static struct { u64 at, size; } blocks[16];
static unsigned block_count;
static u64 low_next = BOOT_LIMIT, high_next = 0x20000000;

static efi_status efiapi allocate_pages(u32 how, u32 type, u64 pages, u64 *address)
{
	u64 size = pages * EFI_PAGE, at;

	check(pages && pages < 0x10000, "%lu pages are asked for", pages);
	switch (how) {
	case EFI_ALLOCATE_ADDRESS:
		at = *address;
		if (taken || at < 0x10000)
			return EFI_ERROR(14);
		break;
	case EFI_ALLOCATE_MAX:
		check(*address == BOOT_LIMIT - 1, "limit %lx", *address);
		at = low_next -= size;
		break;
	default:
		at = high_next;
		high_next += size;
	}
	check(at % EFI_PAGE == 0, "address %lx", at);
	if (mmap((void *)at, size, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != (void *)at)
		return EFI_ERROR(9);
	memset((void *)at, 0xaf, size);
	blocks[block_count].at = at;
	blocks[block_count++].size = size;
	map_key++;
	*address = at;
	return 0;
}

static efi_status efiapi get_memory_map(u64 *size, void *to, u64 *key, u64 *each, u32 *version)
{
	u64 need = map_count * stride;
	bool fits = *size >= need;

	*size = need;
	*each = stride;
	*version = 1;
	if (!fits)
		return EFI_BUFFER_TOO_SMALL;
	for (unsigned i = 0; i < map_count; i++)
		memcpy((char *)to + i * stride, &map[i], sizeof(map[i]));
	*key = map_key;
	return 0;
}

static efi_status efiapi exit_boot_services(efi_handle image, u64 key)
{
	if (refusals) {
		refusals--;
		map_key++;
		return EFI_ERROR(2);
	}
	return key == map_key ? 0 : EFI_ERROR(2);
}

static struct efi_loaded_image loaded;

static efi_status efiapi handle_protocol(efi_handle handle, const struct efi_guid *guid, void **to)
{
	*to = &loaded;
	return 0;
}

static efi_status efiapi locate_protocol(const struct efi_guid *guid, void *registration, void **to)
{
	return EFI_ERROR(14);
}

static char said[1024];

static efi_status efiapi output(struct efi_text_output *self, const efi_char *text)
{
	size_t n = strlen(said);

	for (; *text && n < sizeof(said) - 1; text++)
		said[n++] = *text;
	said[n] = 0;
	return 0;
}

/* The last of the lines that were said. */
static const char *last_said(void)
{
	const char *line = said, *next;

	while ((next = strstr(line, "\r\n")) && next[2])
		line = next + 2;
	return line;
}

static struct efi_time now;

static efi_status efiapi get_time(struct efi_time *t, void *capabilities)
{
	*t = now;
	return 0;
}

/* --- one start ------------------------------------------------------------- */

static u8 *image;
static u64 image_size;

static bool start(void)
{
	static struct efi_text_output out = { .output = output };
	static struct efi_configuration_table tables[] = {
		{ { { 1 } }, (void *)0x1111 },
		{ { { 0x30, 0x2d, 0x9d, 0xeb, 0x88, 0x2d, 0xd3, 0x11, 0x9a, 0x16, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0x4d } }, (void *)0x2222 },
		{ { { 0x71, 0xe8, 0x68, 0x88, 0xf1, 0xe4, 0xd3, 0x11, 0xbc, 0x22, 0x00, 0x80, 0xc7, 0x3c, 0x88, 0x81 } }, (void *)0x3333 },
	};
	static struct efi_runtime_services runtime = { .get_time = get_time };
	static struct efi_boot_services boot = {
		.allocate_pages = allocate_pages, .get_memory_map = get_memory_map, .handle_protocol = handle_protocol,
		.exit_boot_services = exit_boot_services, .locate_protocol = locate_protocol,
	};
	static struct efi_system_table st = { .out = &out, .runtime = &runtime, .boot = &boot, .tables = 3, .table = tables };

	loaded.base = image;
	loaded.size = image_size;
	said[0] = 0;
	if (setjmp(back))
		return true;
	efi_status err = efi_main(&loaded, &st);
	check(err == EFI_LOAD_ERROR && !strncmp(said, "uk: ", 4) && strstr(said, "\r\n"), "status %lx, said %s", err, said);
	return false;
}

static void release(void)
{
	while (block_count) {
		block_count--;
		munmap((void *)blocks[block_count].at, blocks[block_count].size);
	}
	low_next = BOOT_LIMIT;
	high_next = 0x20000000;
}

static bool is_ram(const struct efi_memory *m)
{
	return (m->type == EFI_CONVENTIONAL || (m->type >= EFI_LOADER_CODE && m->type <= EFI_BOOT_DATA)) && !(m->attribute & EFI_MEMORY_SP);
}

/* The map must be in order, and call RAM only what is. */
static u64 map_check(void)
{
	const struct memmap_entry *e = (void *)info->memmap;
	u64 ram = 0, at = 0;
	unsigned ranges = 0;

	check(info->memmap_entries <= MEMMAP_MAX, "%u entries", info->memmap_entries);
	for (unsigned i = 0; i < info->memmap_entries; at = e[i].addr + e[i].size, i++) {
		check(e[i].addr >= at && e[i].size && e[i].type, "entry %u at %lx, %lx bytes", i, e[i].addr, e[i].size);
		if (e[i].type != MEM_RAM)
			continue;
		ranges++;
		ram += e[i].size;
		u64 left = e[i].size;
		for (unsigned j = 0; j < map_count; j++)
			if (is_ram(&map[j]) && map[j].start >= e[i].addr && map[j].start + map[j].pages * EFI_PAGE <= e[i].addr + e[i].size)
				left -= map[j].pages * EFI_PAGE;
		check(!left, "%lx bytes of the RAM at %lx are none", left, e[i].addr);
	}
	check(ranges <= RAM_MAX, "%u ranges of RAM", ranges);
	return ram;
}

static void map_random(void)
{
	u64 at = 0;

	stride = 40 + 8 * rnd(3);
	map_count = 1 + rnd(array_len(map));
	for (unsigned i = 0; i < map_count; i++) {
		at += rnd(3) ? 0 : rnd(1000) * EFI_PAGE;
		map[i] = (struct efi_memory){ .type = rnd(4) ? EFI_BOOT_DATA : rnd(16), .start = at, .pages = 1 + rnd(500), .attribute = rnd(9) ? 0xf : EFI_MEMORY_SP };
		at += map[i].pages * EFI_PAGE;
	}
	for (unsigned i = map_count - 1; i; i--) {
		unsigned j = rnd(i + 1);
		struct efi_memory m = map[i];
		map[i] = map[j];
		map[j] = m;
	}
}

static void map_plain(void)
{
	map_count = 0;
	map[map_count++] = (struct efi_memory){ .type = EFI_CONVENTIONAL, .start = 0x1000, .pages = 0x9f };
	map[map_count++] = (struct efi_memory){ .type = EFI_LOADER_DATA, .start = 0x100000, .pages = 0x700 };
	map[map_count++] = (struct efi_memory){ .type = EFI_ACPI_NVS, .start = 0x800000, .pages = 8 };
	map[map_count++] = (struct efi_memory){ .type = EFI_BOOT_CODE, .start = 0x808000, .pages = 0x1000 };
}

static void load(const char *name)
{
	FILE *f = fopen(name, "rb");

	check(f, "cannot open %s", name);
	fseek(f, 0, SEEK_END);
	image_size = ftell(f);
	rewind(f);
	image = aligned_alloc(EFI_PAGE, image_size);	/* nothing behind it may be touched */
	check(fread(image, 1, image_size, f) == image_size, "cannot read %s", name);
	fclose(f);
}

static void run(char **v)
{
	now = (struct efi_time){ .year = atoi(v[0]), .month = atoi(v[1]), .day = atoi(v[2]), .hour = atoi(v[3]),
		.minute = atoi(v[4]), .second = atoi(v[5]), .timezone = atoi(v[6]) };
	map_plain();
	refusals = 1;
	check(start(), "refused: %s", said);
	const struct module_entry *m = (void *)info->modlist;
	check(info->magic == START_MAGIC && info->version == 1 && info->rsdp == 0x3333, "start_info");
	printf("steps %s", said);
	printf("entry %#lx\ncmdline %s\nram %lu\n", entry, (char *)info->cmdline, map_check());
	if (info->nr_modules)
		printf("module %lu %lu\n", (u8 *)m->addr - image, m->size);
	u8 *kernel = (u8 *)blocks[0].at;
	u64 sum = 0;
	for (u64 i = 0; i < blocks[0].size; i++)
		sum = sum * 31 + kernel[i];
	printf("kernel %#lx %lu %#lx\n", blocks[0].at, blocks[0].size, sum);
	release();
	taken = true;
	check(!start(), "entered a kernel whose place is taken");
	printf("taken %s", last_said());
	taken = false;
	release();
	refusals = 100;
	check(!start(), "entered with the firmware alive");
	printf("alive %s", last_said());
}

static void damage(unsigned count)
{
	static u8 *good;
	unsigned in = 0, out = 0;
	/* Where it matters: the program's headers, and the kernel's. */
	u64 kernel = 0;

	map_plain();
	good = malloc(image_size);
	memcpy(good, image, image_size);
	for (u64 i = 0x1000; i < image_size && !kernel; i += EFI_PAGE)
		if (!memcmp(image + i, "\177ELF", 4))
			kernel = i;
	check(kernel, "no kernel");
	while (count--) {
		for (u64 n = 1 + rnd(4); n; n--) {
			u64 at = rnd(2) ? rnd(0x300) : kernel + rnd(rnd(2) ? 0x40 : 0x300);
			static const u8 edge[] = { 0, 1, 0x7f, 0x80, 0xff, 0x10 };
			if (at < image_size)
				image[at] = rnd(2) ? edge[rnd(sizeof(edge))] : rnd(256);
		}
		if (start())
			in++, map_check();
		else
			out++;
		release();
		memcpy(image, good, image_size);
	}
	printf("entered %u refused %u\n", in, out);
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	load(argv[2]);
	if (!strcmp(argv[1], "run")) {
		run(argv + 3);
		return 0;
	}
	if (!strcmp(argv[1], "refuse")) {
		map_plain();
		check(!start(), "entered");
		printf("%s", said);
		return 0;
	}
	state = strtoul(argv[3], NULL, 10) * 2 + 1;
	unsigned count = strtoul(argv[4], NULL, 10);
	if (!strcmp(argv[1], "damage")) {
		damage(count);
		return 0;
	}
	for (u64 ram = 0; count--; release()) {
		map_random();
		check(start(), "refused: %s", said);
		ram += map_check();
		if (!count)
			printf("ok %lu\n", ram);
	}
	return 0;
}
