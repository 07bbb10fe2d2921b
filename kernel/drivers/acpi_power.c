/* Powering off: sleep state S5 (ACPI 6.5, section 16.1). Its value is in the
 * DSDT, the package \_S5_, which is looked for as bytes: nothing is run. */
#include "acpi.h"
#include "kernel.h"
#include "offsets.h"

#define HW_REDUCED	(1u << 20)	/* FADT flags */
#define PM1_SLEEP(type)	((type) << 10 | 0x2000)	/* SLP_TYP, SLP_EN of PM1x_CNT (section 4.8.3.2.1) */
#define SLEEP(type)	((type) << 2 | 0x20)	/* the same of SLEEP_CONTROL_REG (section 4.8.3.7) */

/* FADT (section 5.2.9), as far as it is used. */
struct fadt {
	struct acpi_header header;
	u32 facs, dsdt;
	u8 unused1[4];
	u32 smi_command;
	u8 acpi_enable, acpi_disable;
	u8 unused2[10];
	u32 pm1a_control, pm1b_control;		/* at 64 */
	u8 unused3[40];
	u32 flags;				/* at 112 */
	struct acpi_address reset;
	u8 unused4[12];
	u64 x_dsdt;				/* at 140 */
	u8 unused5[96];
	struct acpi_address sleep_control;	/* at 244 */
} __attribute__((packed));
_Static_assert(offsetof(struct fadt, pm1a_control) == 64, "PM1a_CNT_BLK");
_Static_assert(offsetof(struct fadt, flags) == 112, "Flags");
_Static_assert(offsetof(struct fadt, x_dsdt) == 140, "X_DSDT");
_Static_assert(offsetof(struct fadt, sleep_control) == 244, "SLEEP_CONTROL_REG");

extern const char power_off_anchor[];

/* Found at boot: nothing of this may fail, or be looked for, in a panic. */
static u16 pm1[2], pm1_value[2];		/* ports of PM1a_CNT and PM1b_CNT; 0: none */
static u16 enable_port, sleep_port;
static u8 enable_value, sleep_value;
static volatile u8 *sleep_reg;

/* An integer of AML (section 20.2.3) that fits in a byte; *AT moves behind it. */
static bool small_integer(const u8 **at, const u8 *end, u8 *out)
{
	const u8 *p = *at;

	if (p < end && *p <= 1)				/* ZeroOp, OneOp */
		*out = *p++;
	else if (end - p >= 2 && *p == 0x0a)		/* BytePrefix */
		*out = p[1], p += 2;
	else
		return false;
	*at = p;
	return *out < 8;
}

/* NameOp "_S5_" PackageOp PkgLength NumElements SLP_TYPa SLP_TYPb ... (section 7.4.2.6). Cloud Hypervisor
 * leaves all but the first out. */
static bool find_s5(const struct acpi_header *dsdt, u8 type[2])
{
	const u8 *p = (const u8 *)dsdt + sizeof(*dsdt), *end = (const u8 *)dsdt + dsdt->length;

	for (; end - p >= 8; p++) {
		if (memcmp(p, "_S5_", 4) || p[4] != 0x12 || !(p[-1] == 0x08 || (p[-1] == '\\' && p[-2] == 0x08)))
			continue;
		const u8 *q = p + 5;
		q += 1 + (*q >> 6);			/* PkgLength: its first byte says how many follow */
		u8 n = q < end ? *q++ : 0;
		if (!n || !small_integer(&q, end, &type[0]))
			return false;
		if (n == 1 || !small_integer(&q, end, &type[1]))
			type[1] = type[0];
		return true;
	}
	return false;
}

static void set_pm1(unsigned i, u32 port, u8 type)
{
	pm1[i] = port <= 0xffff ? port : 0;
	pm1_value[i] = PM1_SLEEP(type);
}

static void set_sleep_control(const struct acpi_address *a, u8 type)
{
	sleep_value = SLEEP(type);
	if (a->space == ACPI_IO && a->address <= 0xffff)
		sleep_port = a->address;
	else if (a->space == ACPI_MEMORY && a->address >= KERNEL_PHYS && a->address < DIRECT_SIZE)
		sleep_reg = map_device(a->address, 1);
}

void acpi_power_init(void)
{
	const struct fadt *f = (const void *)acpi_table("FACP");
	u8 type[2];

	if (!f || f->header.length < offsetof(struct fadt, reset))
		return;
	bool has_x = f->header.length >= offsetof(struct fadt, unused5) && f->x_dsdt;
	const struct acpi_header *dsdt = acpi_table_at(has_x ? f->x_dsdt : f->dsdt, "DSDT");
	if (!dsdt || !find_s5(dsdt, type))
		return;
	if (f->flags & HW_REDUCED) {
		if (f->header.length >= sizeof(*f))
			set_sleep_control(&f->sleep_control, type[0]);
		return;
	}
	set_pm1(0, f->pm1a_control, type[0]);
	set_pm1(1, f->pm1b_control, type[1]);
	if (f->smi_command && f->smi_command <= 0xffff && f->acpi_enable) {
		enable_port = f->smi_command;
		enable_value = f->acpi_enable;
	}
}

void acpi_power_off(void)
{
	KEEP(power_off_anchor);
	/* Out of legacy mode first, where there is one (section 4.8.2.5): SCI_EN says. */
	if (enable_port && !(monitor_call(MON_INB, pm1[0], 0, 0) & 1))
		monitor_call(MON_OUTB, enable_port, enable_value, 0);
	for (unsigned i = 0; i < array_len(pm1); i++)
		if (pm1[i])
			monitor_call(MON_OUTW, pm1[i], pm1_value[i], 0);
	if (sleep_reg)
		*sleep_reg = sleep_value;
	else if (sleep_port)
		monitor_call(MON_OUTB, sleep_port, sleep_value, 0);
}
