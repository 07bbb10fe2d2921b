/* Wall time from the real-time clock (Motorola MC146818A, "Address Map" and
 * "Update Cycle"), which is taken to keep UTC. */
#include "driver.h"
#include "kernel.h"
#include "offsets.h"

#define PORT_ADDRESS	0x70
#define PORT_DATA	0x71

#define REG_SECONDS	0
#define REG_MINUTES	2
#define REG_HOURS	4
#define REG_DAY		7
#define REG_MONTH	8
#define REG_YEAR	9
#define REG_A		10
#define A_UPDATING	0x80
#define REG_B		11
#define B_24_HOURS	2
#define B_BINARY	4
#define PM		0x80
#define TRIES		1000

static u8 rtc_read(u8 reg)
{
	monitor_call(MON_OUTB, PORT_ADDRESS, reg, 0);
	return monitor_call(MON_INB, PORT_DATA, 0, 0);
}

struct date {
	u8 sec, min, hour, day, month, year;
};

/* Days from 1970-01-01 to the date in the proleptic Gregorian calendar: years
 * begin in March, so that the leap day is their last. */
static u64 days(unsigned year, unsigned month, unsigned day)
{
	year -= month < 3;
	month = (month + 9) % 12;
	return 365UL * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1 - 719468;
}

static unsigned decimal(u8 v, bool binary)
{
	return binary ? v : (v >> 4) * 10 + (v & 15);
}

static void read_date(struct date *d)
{
	*d = (struct date){ rtc_read(REG_SECONDS), rtc_read(REG_MINUTES), rtc_read(REG_HOURS),
		rtc_read(REG_DAY), rtc_read(REG_MONTH), rtc_read(REG_YEAR) };
}

static int probe(struct virtio_device *unused)
{
	struct date d, again;
	unsigned tries = 0;

	(void)unused;
	if (now_realtime() >= 1UL << 60)	/* it is known, the year is past 2006 */
		return 0;
	do {
		while (rtc_read(REG_A) & A_UPDATING)
			if (++tries > TRIES)
				return -ENODEV;
		read_date(&d);
		read_date(&again);
	} while (memcmp(&d, &again, sizeof(d)) && ++tries < TRIES);
	u8 b = rtc_read(REG_B);
	bool binary = b & B_BINARY;
	unsigned hour = decimal(d.hour & ~PM, binary);
	if (!(b & B_24_HOURS))
		hour = hour % 12 + (d.hour & PM ? 12 : 0);
	unsigned month = decimal(d.month, binary), day = decimal(d.day, binary);
	if (month < 1 || month > 12 || day < 1 || day > 31)
		return -ENODEV;		/* no clock there */
	u64 s = days(2000 + decimal(d.year, binary), month, day) * 86400 +
		hour * 3600 + decimal(d.min, binary) * 60 + decimal(d.sec, binary);
	realtime_set(s * 1000000000);
	return 0;
}

DRIVER(rtc, 0, probe);
