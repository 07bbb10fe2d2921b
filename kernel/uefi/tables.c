/* What the firmware knows: ACPI's root pointer (UEFI 2.10, 4.6) and the time
 * (8.3). */
#include "uefi.h"

static const struct efi_guid acpi_guid[] = {	/* 2.0 and later; 1.0 */
	{ { 0x71, 0xe8, 0x68, 0x88, 0xf1, 0xe4, 0xd3, 0x11, 0xbc, 0x22, 0x00, 0x80, 0xc7, 0x3c, 0x88, 0x81 } },
	{ { 0x30, 0x2d, 0x9d, 0xeb, 0x88, 0x2d, 0xd3, 0x11, 0x9a, 0x16, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0x4d } },
};

u64 find_rsdp(struct loader *l)
{
	for (unsigned v = 0; v < array_len(acpi_guid); v++)
		for (u64 i = 0; i < l->st->tables; i++)
			if (!memcmp(&l->st->table[i].guid, &acpi_guid[v], sizeof(acpi_guid[v])))
				return (u64)l->st->table[i].table;
	return 0;
}

/* Days from 1970 to a date: years that begin in March put the leap day last. */
static u64 days(unsigned year, unsigned month, unsigned day)
{
	year -= month <= 2;
	unsigned m = (month + 9) % 12;
	return year * 365UL + year / 4 - year / 100 + year / 400 + (m * 153 + 2) / 5 + day - 1 - 719468;
}

u64 unix_time(struct loader *l)
{
	struct efi_time t;

	if (!l->st->runtime || l->st->runtime->get_time(&t, NULL))
		return 0;
	if (t.year < 1970 || t.year > 2200 || t.month < 1 || t.month > 12 || t.day < 1 || t.day > 31 ||
	    t.hour > 23 || t.minute > 59 || t.second > 59 || t.nanosecond > 999999999)
		return 0;
	s64 minutes = (s64)(days(t.year, t.month, t.day) * 24 + t.hour) * 60 + t.minute;
	if (t.timezone != EFI_NO_TIMEZONE && t.timezone >= -1440 && t.timezone <= 1440)
		minutes += t.timezone;		/* local time = UTC - timezone */
	return (minutes * 60UL + t.second) * 1000000000UL + t.nanosecond;
}
