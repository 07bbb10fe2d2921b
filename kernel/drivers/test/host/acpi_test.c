/* Tables: good ones, variants, and damaged ones. */
#include "acpi.h"
#include "boot.h"
#include "driver.h"
#include "cpu.h"
#include "host.h"
#include "kernel.h"

extern const struct driver drv_acpi;
void acpi_power_init(void), acpi_power_off(void), acpi_ioapic_init(void);
unsigned firmware_cpus(u32 *ids, unsigned max);
u32 isa_line(u8 irq);

#define RSDP	BIOS
#define XSDT	(TABLES + 0x100)
#define FADT	(TABLES + 0x200)
#define DSDT	(TABLES + 0x400)
#define MADT	(TABLES + 0x600)
#define MCFG	ACPI_MCFG
#define LENGTH	0x1000

static u8 *at(phys_t p) { return phys_to_virt(p); }

static void seal(phys_t table, u32 len)
{
	u8 sum = 0;

	at(table)[9] = 0;
	for (u32 i = 0; i < len; i++)
		sum += at(table)[i];
	at(table)[9] = -sum;
}

static void table(phys_t p, const char *signature, u32 len)
{
	memcpy(at(p), signature, 4);
	*(u32 *)(at(p) + 4) = len;
}

static u32 length(phys_t p)
{
	return min(*(u32 *)(at(p) + 4), (u32)(TABLES + LENGTH - p));
}

void acpi_seal(void)
{
	static const phys_t all[] = { XSDT, FADT, DSDT, MADT, MCFG };
	u8 sum = 0;

	for (unsigned i = 0; i < array_len(all); i++)
		seal(all[i], length(all[i]));
	at(RSDP)[8] = at(RSDP)[32] = 0;
	for (unsigned i = 0; i < 20; i++)
		sum += at(RSDP)[i];
	at(RSDP)[8] = -sum;
	sum = 0;
	for (unsigned i = 0; i < 36; i++)
		sum += at(RSDP)[i];
	at(RSDP)[32] = -sum;
}

static const u8 s5[] = { 0x08, '_', 'S', '5', '_', 0x12, 0x06, 0x04, 0x0a, 0x05, 0x0a, 0x06, 0x00, 0x00 };
static const u8 processors[] = {
	0, 8, 0, 0, 1, 0, 0, 0,		/* enabled */
	0, 8, 1, 1, 1, 0, 0, 0,
	0, 8, 2, 2, 0, 0, 0, 0,		/* not enabled */
	0, 8, 3, 77, 1, 0, 0, 0,
	9, 16, 0, 0, 78, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0,	/* x2APIC */
	9, 16, 0, 0, 77, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0,	/* said twice */
	9, 16, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0,	/* out of reach */
	1, 12, 0, 0, 0x00, 0x00, 0xc0, 0xfe, 0, 0, 0, 0,
	2, 10, 0, 4, 20, 0, 0, 0, 0, 0,	/* line 4 is 20 */
};

void acpi_make(void)
{
	host_memory(0, KERNEL_PHYS, 0);
	host_memory(TABLES, LENGTH, 0);
	boot_rsdp = RSDP;
	memcpy(at(RSDP), "RSD PTR ", 8);
	at(RSDP)[15] = 2;
	*(u32 *)(at(RSDP) + 20) = 36;
	*(u64 *)(at(RSDP) + 24) = XSDT;
	table(XSDT, "XSDT", 36 + 24);
	*(u64 *)(at(XSDT) + 36) = FADT;
	*(u64 *)(at(XSDT) + 44) = MADT;
	*(u64 *)(at(XSDT) + 52) = MCFG;
	table(FADT, "FACP", 276);
	*(u32 *)(at(FADT) + 40) = DSDT;
	*(u32 *)(at(FADT) + 64) = 0x604;
	table(DSDT, "DSDT", 36 + 10 + sizeof(s5));
	memcpy(at(DSDT) + 46, s5, sizeof(s5));
	table(MADT, "APIC", 44 + sizeof(processors));
	memcpy(at(MADT) + 44, processors, sizeof(processors));
	table(MCFG, "MCFG", 60);
	*(u64 *)(at(MCFG) + 44) = ECAM;
	at(MCFG)[55] = 1;		/* buses 0 and 1 */
	acpi_seal();
}

static void power_off_is(unsigned port, unsigned value)
{
	record = (struct record){ 0 };
	acpi_power_init();
	acpi_power_off();
	EXPECT(record.outs, port ? 1 : 0);
	if (port) {
		EXPECT(record.port[0], port);
		EXPECT(record.value[0], value);
	}
}

void test_acpi(void)
{
	u32 ids[8];

	acpi_make();
	power_off_is(0x604, 5 << 10 | 0x2000);
	EXPECT(firmware_cpus(ids, 8), 3);
	EXPECT(firmware_cpus(ids, 1), 1);
	EXPECT(isa_line(4), 20);
	EXPECT(isa_line(3), 3);
	acpi_ioapic_init();
	EXPECT(ioapic, phys_to_virt(0xfec00000));

	/* The name with a root prefix, ZeroOp, and a length of two bytes. */
	static const u8 other[] = { 0x08, '\\', '_', 'S', '5', '_', 0x12, 0x46, 0x00, 0x02, 0x00, 0x01 };
	memcpy(at(DSDT) + 46, other, sizeof(other));
	acpi_seal();
	power_off_is(0x604, 0x2000);

	/* One element: both halves have it. */
	static const u8 one[] = { 0x08, '_', 'S', '5', '_', 0x12, 0x04, 0x01, 0x0a, 0x05, 0x5b, 0x82 };
	memcpy(at(DSDT) + 46, one, sizeof(one));
	acpi_seal();
	power_off_is(0x604, 5 << 10 | 0x2000);
	memcpy(at(DSDT) + 46, other, sizeof(other));

	/* Reduced hardware: the sleep control register. */
	*(u32 *)(at(FADT) + 112) = 1 << 20;
	at(FADT)[244] = ACPI_IO;
	*(u64 *)(at(FADT) + 248) = 0x600;
	acpi_seal();
	record = (struct record){ 0 };
	acpi_power_init();
	acpi_power_off();
	EXPECT(record.port[record.outs - 1], 0x600);
	EXPECT(record.value[record.outs - 1], 0x20);

	/* A broken table is told and not used, and so is one that lies in the kernel. */
	at(MADT)[50]++;
	record = (struct record){ 0 };
	EXPECT(!acpi_table("APIC"), 1);
	EXPECT(record.messages, 1);
	*(u64 *)(at(XSDT) + 52) = KERNEL_PHYS;
	acpi_seal();
	EXPECT(!acpi_table("APIC"), 0);
	EXPECT(!acpi_table("MCFG"), 1);
	at(RSDP)[0] = 'r';
	EXPECT(!acpi_table("APIC"), 1);
	boot_rsdp = 0;
	EXPECT(!acpi_table("APIC"), 1);
}

static void damage(void)
{
	static const phys_t all[] = { RSDP, XSDT, FADT, DSDT, MADT, MCFG };

	for (unsigned n = 1 + host_random(6); n; n--) {
		phys_t t = all[host_random(array_len(all))];
		u32 most = t == RSDP ? 36 : length(t) ? length(t) : 1;
		unsigned i = host_random(3) ? host_random(most) : host_random(min(most, 12u));
		at(t)[i] = host_random(4) ? host_random(256) : 0xff;
	}
	if (host_random(4))
		acpi_seal();
}

void test_acpi_damaged(int rounds)
{
	static u32 ids[MAX_CPUS];

	for (int i = 0; i < rounds; i++) {
		host_forget();
		acpi_make();
		damage();
		record = (struct record){ 0 };
		drv_acpi.probe(NULL);
		unsigned n = firmware_cpus(ids, MAX_CPUS - 1);
		if (n >= MAX_CPUS)
			host_fail("processors", n);
		isa_line(4);
		acpi_power_off();
	}
}
