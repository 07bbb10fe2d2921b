/* Lines of ethers(5), and the file of them. */
#include <ctype.h>
#include <errno.h>
#include <netinet/ether.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

int ether_line(const char *line, struct ether_addr *e, char *host)
{
	size_t n;

	for (int i = 0; i < 6; i++) {
		char *end;
		unsigned long v;

		if (!isxdigit((unsigned char)*line))
			return -1;
		v = strtoul(line, &end, 16);
		if (end - line > 2 || (i < 5 ? *end != ':' : !isspace((unsigned char)*end)))
			return -1;
		e->ether_addr_octet[i] = v;
		line = end + 1;
	}
	line += strspn(line, " \t\n\v\f\r");
	n = strcspn(line, "# \t\n\v\f\r");
	if (!n)
		return -1;
	memcpy(host, line, n);
	host[n] = 0;
	return 0;
}

/* The first line whose name, or address if NAME is null, is that which was asked for; -1 with errno's ENOENT without one. */
static int search(const char *name, struct ether_addr *e, char *host)
{
	FILE *f = fopen("/etc/ethers", "re");
	struct ether_addr found;
	char line[1024], its[1024];
	int r = -1;

	while (f && r && fgets(line, sizeof(line), f))
		if (!ether_line(line, &found, its) && (name ? !strcasecmp(its, name) : !memcmp(&found, e, 6))) {
			*e = found;
			if (host)
				strcpy(host, its);
			r = 0;
		}
	if (f)
		fclose(f);
	if (r)
		errno = ENOENT;
	return r;
}

int ether_hostton(const char *host, struct ether_addr *e) { return search(host, e, 0); }
int ether_ntohost(char *host, const struct ether_addr *e) { return search(0, (struct ether_addr *)e, host); }
