/* Between the harness's halves: host headers on one side, the kernel's on the other. */
#ifndef HOST_H
#define HOST_H

/* system.c. Physical memory lies where the kernel has it, at DIRECT_BASE: what is not mapped faults,
 * which fails the test. memory: LEN bytes at P, all FILL, and an unmapped page behind them. */
void host_memory(unsigned long p, unsigned long len, int fill);
void host_watch(unsigned long p, unsigned long len, void (*after)(unsigned long));	/* called after each write there */
void host_forget(void);				/* unmaps all of it */
int host_is_memory(unsigned long p, unsigned long len);
void *host_alloc(unsigned long size);		/* zeroed, page aligned; never freed */
unsigned host_random(unsigned below);
_Noreturn void host_fail(const char *what, long value);
void host_print(const char *s);

/* The kernel's half: kernel.c keeps what was said and done. */
struct record {
	int messages;
	int outs;			/* monitor calls MON_OUTB, MON_OUTW */
	unsigned port[8], value[8];
	int irqs, attached;
	const char *expect;		/* a panic with this start is right, and ends the round */
};
extern struct record record;
int try(void (*fn)(void));		/* 1: it ended in the panic that is right */
#define EXPECT(got, want) do { long got_ = (long)(got), want_ = (long)(want); if (got_ != want_) { host_print(#got " is not " #want); host_fail(__FILE__, got_); } } while (0)

void test_acpi(void), test_acpi_damaged(int rounds), test_pci(void), test_pci_damaged(int rounds);
void acpi_make(void);			/* good tables, and boot_rsdp */
void acpi_seal(void);			/* their checksums are right again */

#define BIOS	0xf0000ul
#define TABLES	0x7ff00000ul
#define ACPI_MCFG (TABLES + 0x800)
#define ECAM	0xb0000000ul
#define BARS	0xfeb00000ul

#endif
