/* Dates and times of day. */
#include "iso9660.h"

/* Days from 1970-01-01 on, of the proleptic Gregorian calendar; years begin in March, so that a leap day is a year's last. */
static s64 days(s64 year, s64 month, s64 day)
{
	year -= month <= 2;
	s64 of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
	return year * 365 + year / 4 - year / 100 + year / 400 + of_year - 719468;
}

/* ZONE: quarters of an hour east of Greenwich. */
static s64 seconds(s64 year, u32 month, u32 day, u32 hour, u32 minute, u32 second, signed char zone)
{
	if (month - 1 > 11 || day - 1 > 30 || hour > 23 || minute > 59 || second > 59)
		return 0;
	return max(0L, ((days(year, month, day) * 24 + hour) * 60 + minute - zone * 15) * 60 + second);
}

u64 iso_date_short(const u8 *p)
{
	return seconds(1900 + p[0], p[1], p[2], p[3], p[4], p[5], p[6]) * 1000000000UL;
}

static u32 number(const u8 *p, u32 digits)
{
	u32 n = 0;

	while (digits--)
		n = n * 10 + (u8)(*p++ - '0') % 10;
	return n;
}

u64 iso_date_long(const u8 *p)
{
	u32 year = number(p, 4);
	s64 s = year < 1970 || year > 2500 ? 0 :
		seconds(year, number(p + 4, 2), number(p + 6, 2), number(p + 8, 2), number(p + 10, 2), number(p + 12, 2), p[16]);

	return s ? s * 1000000000UL + number(p + 14, 2) * 10000000UL : 0;
}
