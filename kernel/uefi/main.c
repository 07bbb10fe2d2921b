/*
 * The UEFI loader of disk images: an application (EFI/BOOT/BOOTX64.EFI, UEFI
 * 2.10, 3.5.1.1) whose file also holds the kernel, its command line and perhaps
 * the root file system, as sections. One signature covers them all.
 *
 * It puts the kernel where its program headers say, describes the machine as a
 * PVH loader does, leaves the firmware, and enters the kernel at its 32-bit PVH
 * entry (Xen docs/misc/pvh.pandoc): the same entry that every other loader takes.
 * Nothing is read from a disk but by the firmware, which has checked it by then.
 */
#include "uefi.h"

/* Room for two words and 20 digits. */
#define ADDED 64

static char *add_decimal(char *to, u64 v)
{
	char digits[20];
	int n = 0;

	do
		digits[n++] = '0' + v % 10;
	while (v /= 10);
	while (n)
		*to++ = digits[--n];
	return to;
}

static char *add(char *to, const char *s)
{
	while (*s)
		*to++ = *s++;
	return to;
}

/* The command line; that memory is not zero, as that of a fresh machine is; and
 * the time, if the firmware knows it. */
static char *copy_cmdline(struct loader *l)
{
	char *line = low_pages(l, EFI_LOADER_DATA, l->cmdline.n + ADDED + 1);
	u64 now = unix_time(l);

	if (!line)
		return NULL;
	memcpy(line, l->cmdline.p, l->cmdline.n);
	char *end = add(line + l->cmdline.n, " uk.ram=dirty");
	if (now)
		end = add_decimal(add(end, " uk.time="), now);
	*end = 0;
	return line;
}

efi_status efiapi efi_main(efi_handle image, struct efi_system_table *st)
{
	struct loader l = { .image = image, .st = st, .bs = st->boot };
	efi_status err;
	const char *why = sections_find(&l);

	if (why)
		return fail(&l, why);
	step(&l, "firmware has read the kernel", l.kernel.n);
	if (l.root.n)
		step(&l, "and the root file system", l.root.n);
	err = kernel_load(&l);
	if (err)
		return err;
	struct low *low = low_pages(&l, EFI_LOADER_DATA, sizeof(*low));
	u8 *code = low_pages(&l, EFI_LOADER_CODE, EFI_PAGE);
	char *cmdline = copy_cmdline(&l);
	if (!low || !code || !cmdline)
		return fail(&l, "no memory below 16 MB for what the kernel is told");

	low->info = (struct start_info){
		.magic = START_MAGIC, .version = 1,
		.cmdline = (u64)cmdline, .rsdp = find_rsdp(&l), .memmap = (u64)low->map,
	};
	if (l.root.n) {
		low->module = (struct module_entry){ .addr = (u64)l.root.p, .size = l.root.n };
		low->info.modlist = (u64)&low->module;
		low->info.nr_modules = 1;
	}
	memcpy(code, handover, handover_end - handover);

	/* The last line: what prints it may take memory, of which the map is read next. */
	step(&l, "starting the kernel", 0);
	err = leave_firmware(&l, low);
	if (err)
		return err;
	/* No firmware from here on. */
	((void (*)(u64, u64))code)(l.entry, (u64)&low->info);
	__builtin_unreachable();
}
