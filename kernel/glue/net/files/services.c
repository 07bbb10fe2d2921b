/* services(5) */
#include <arpa/inet.h>
#include <netdb.h>
#include <string.h>
#include "files.h"

static int parse(char **line, void *entry, void *extra)
{
	struct servent *s = entry;
	uint32_t port;

	s->s_name = uk_files_field(line);
	if (!uk_files_number(line, '/', &port))
		return 0;
	s->s_port = htons(port);
	s->s_proto = uk_files_field(line);
	return 1;
}

static struct uk_database services = { "/etc/services", parse };

static int by_name(const void *entry, const struct uk_key *key)
{
	const struct servent *s = entry;

	return (!key->protocol || !strcmp(s->s_proto, key->protocol)) && uk_files_named(entry, key);
}

static int by_port(const void *entry, const struct uk_key *key)
{
	const struct servent *s = entry;

	return s->s_port == (int)key->number && (!key->protocol || !strcmp(s->s_proto, key->protocol));
}

int getservbyname_r(const char *name, const char *protocol, struct servent *s, char *buf, size_t n, struct servent **result)
{
	return uk_files_find(&services, by_name, &(struct uk_key){ name, protocol }, s, buf, n, result, NULL);
}

int getservbyport_r(int port, const char *protocol, struct servent *s, char *buf, size_t n, struct servent **result)
{
	return uk_files_find(&services, by_port, &(struct uk_key){ NULL, protocol, port }, s, buf, n, result, NULL);
}

int getservent_r(struct servent *s, char *buf, size_t n, struct servent **result)
{
	return uk_files_next(&services, s, buf, n, result);
}

struct servent *getservbyname(const char *name, const char *protocol)
{
	static struct servent s;
	static struct uk_kept k;

	return uk_files_keep(&services, by_name, &(struct uk_key){ name, protocol }, &s, &k);
}

struct servent *getservbyport(int port, const char *protocol)
{
	static struct servent s;
	static struct uk_kept k;

	return uk_files_keep(&services, by_port, &(struct uk_key){ NULL, protocol, port }, &s, &k);
}

struct servent *getservent(void)
{
	static struct servent s;
	static struct uk_kept k;

	return uk_files_keep(&services, NULL, NULL, &s, &k);
}

void setservent(int stay) { uk_files_rewind(&services); }
void endservent(void) { uk_files_close(&services); }
