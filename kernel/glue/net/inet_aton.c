/* Addresses of one to four numbers, behind which white space ends what counts. */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>

int inet_aton(const char *s, struct in_addr *to)
{
	unsigned long value, before = 0;

	for (int part = 0; ; part++) {
		char *end;

		if (part == 4 || !isdigit((unsigned char)*s))
			return 0;
		value = strtoul(s, &end, 0);
		if (*end != '.') {
			if (value > 0xffffffffUL >> 8 * part || (*end && !isspace((unsigned char)*end)))
				return 0;
			if (to)
				to->s_addr = htonl(before | value);
			return 1;
		}
		if (value > 255)
			return 0;
		before |= value << (24 - 8 * part);
		s = end + 1;
	}
}

in_addr_t inet_addr(const char *s)
{
	struct in_addr a;

	return inet_aton(s, &a) ? a.s_addr : INADDR_NONE;
}
