/* The end of a VM that has no exit port of ours: the ways there are to power it off or to reset it,
 * one after the other. Such a machine has no status port either, so a status other than 0 is told in
 * one last line on the serial port; the built-in runner reads it back there. Linked in by what has a
 * way, through KEEP(power_off_anchor). */
#include "kernel.h"

const char power_off_anchor[1];

OPTIONAL void acpi_power_off(void) {}	/* drivers/acpi_power.c */
OPTIONAL void i8042_reset(void) {}	/* drivers/i8042.c */

void power_off(u64 kind, u64 value)
{
	static bool told;

	if (told)
		;	/* nothing helped, and the exit port is tried again */
	else if (kind == STATUS_PANIC)
		kprintf("uk: kernel panic\n");
	else if (kind == STATUS_SIGNAL)
		kprintf("uk: ended by signal %lu\n", value);
	else if (value)
		kprintf("uk: exit status %lu\n", value);
	told = true;
	acpi_power_off();
	i8042_reset();
}
