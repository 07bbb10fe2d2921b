/* protocols(5) */
#include <netdb.h>
#include "files.h"

static int parse(char **line, void *entry, void *extra)
{
	struct protoent *p = entry;
	uint32_t number;

	p->p_name = uk_files_field(line);
	if (!uk_files_number(line, 0, &number))
		return 0;
	p->p_proto = number;
	return 1;
}

static struct uk_database protocols = { "/etc/protocols", parse };

static int by_number(const void *entry, const struct uk_key *key)
{
	return ((const struct protoent *)entry)->p_proto == (int)key->number;
}

int getprotobyname_r(const char *name, struct protoent *p, char *buf, size_t n, struct protoent **result)
{
	return uk_files_find(&protocols, uk_files_named, &(struct uk_key){ name }, p, buf, n, result, NULL);
}

int getprotobynumber_r(int number, struct protoent *p, char *buf, size_t n, struct protoent **result)
{
	return uk_files_find(&protocols, by_number, &(struct uk_key){ .number = number }, p, buf, n, result, NULL);
}

int getprotoent_r(struct protoent *p, char *buf, size_t n, struct protoent **result)
{
	return uk_files_next(&protocols, p, buf, n, result);
}

struct protoent *getprotobyname(const char *name)
{
	static struct protoent p;
	static struct uk_kept k;

	return uk_files_keep(&protocols, uk_files_named, &(struct uk_key){ name }, &p, &k);
}

struct protoent *getprotobynumber(int number)
{
	static struct protoent p;
	static struct uk_kept k;

	return uk_files_keep(&protocols, by_number, &(struct uk_key){ .number = number }, &p, &k);
}

struct protoent *getprotoent(void)
{
	static struct protoent p;
	static struct uk_kept k;

	return uk_files_keep(&protocols, NULL, NULL, &p, &k);
}

void setprotoent(int stay) { uk_files_rewind(&protocols); }
void endprotoent(void) { uk_files_close(&protocols); }
