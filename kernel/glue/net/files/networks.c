/* networks(5) */
#include <arpa/inet.h>
#include <netdb.h>
#include <string.h>
#include <strings.h>
#include "files.h"

/* Numbers that are not written are zeros at the end: 127 is 127.0.0.0. */
static uint32_t number(const char *s)
{
	uint32_t v = inet_network(s);
	int dots = 0;

	for (const char *p = s; *p; p++)
		dots += *p == '.';
	return v == INADDR_NONE || dots >= 3 ? v : v << 8 * (3 - dots);
}

static int parse(char **line, void *entry, void *extra)
{
	struct netent *e = entry;

	e->n_name = uk_files_field(line);
	e->n_net = number(uk_files_field(line));
	e->n_addrtype = AF_INET;
	return 1;
}

static struct uk_database networks = { "/etc/networks", parse };

static int by_name(const void *entry, const struct uk_key *key)
{
	const struct netent *e = entry;
	char **a = e->n_aliases;

	if (!strcasecmp(e->n_name, key->name))
		return 1;
	while (*a && strcasecmp(*a, key->name))
		a++;
	return *a != NULL;
}

static int by_address(const void *entry, const struct uk_key *key)
{
	const struct netent *e = entry;

	return (key->type == AF_UNSPEC || e->n_addrtype == key->type) && e->n_net == key->number;
}

int getnetbyname_r(const char *name, struct netent *e, char *buf, size_t n, struct netent **result, int *h_err)
{
	return uk_files_find(&networks, by_name, &(struct uk_key){ name }, e, buf, n, result, h_err);
}

int getnetbyaddr_r(uint32_t net, int type, struct netent *e, char *buf, size_t n, struct netent **result, int *h_err)
{
	return uk_files_find(&networks, by_address, &(struct uk_key){ .number = net, .type = type }, e, buf, n, result, h_err);
}

int getnetent_r(struct netent *e, char *buf, size_t n, struct netent **result, int *h_err)
{
	return uk_files_next(&networks, e, buf, n, result);
}

struct netent *getnetbyname(const char *name)
{
	static struct netent e;
	static struct uk_kept k;

	return uk_files_keep(&networks, by_name, &(struct uk_key){ name }, &e, &k);
}

struct netent *getnetbyaddr(uint32_t net, int type)
{
	static struct netent e;
	static struct uk_kept k;

	return uk_files_keep(&networks, by_address, &(struct uk_key){ .number = net, .type = type }, &e, &k);
}

struct netent *getnetent(void)
{
	static struct netent e;
	static struct uk_kept k;

	return uk_files_keep(&networks, NULL, NULL, &e, &k);
}

void setnetent(int stay) { uk_files_rewind(&networks); }
void endnetent(void) { uk_files_close(&networks); }
