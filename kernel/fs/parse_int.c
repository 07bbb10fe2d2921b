/* Numbers that are written to files of /proc (Linux lib/kstrtox.c): white space around, a sign, 0x and 0 in front. */
#include "kernel.h"
#include "linux_file.h"
#include "procfs.h"

static bool space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

/* 0, -EINVAL, or -ERANGE for what is no 32-bit number. At most 12 bytes count, as in Linux's PROC_NUMBUF. */
int parse_int(const char *buf, size_t n, long *out)
{
	const char *end = buf + min(n, (size_t)12);
	int base = 10, sign = 1;
	long v = 0;

	while (buf < end && space(*buf))
		buf++;
	while (end > buf && (space(end[-1]) || !end[-1]))
		end--;
	if (buf < end && (*buf == '-' || *buf == '+'))
		sign = *buf++ == '-' ? -1 : 1;
	if (end - buf > 2 && *buf == '0' && (buf[1] | 0x20) == 'x')
		base = 16, buf += 2;
	else if (end - buf > 1 && *buf == '0')
		base = 8, buf++;
	if (buf == end)
		return -EINVAL;
	for (; buf < end; buf++) {
		if (digit(*buf) >= base)
			return -EINVAL;
		v = v * base + digit(*buf);
	}
	*out = sign * v;
	return *out == (s32)*out ? 0 : -ERANGE;
}
