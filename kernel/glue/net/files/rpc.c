/* rpc(5): numbers of remote procedures' programs */
#include <stddef.h>
#include "files.h"

struct rpcent {
	char *r_name, **r_aliases;
	int r_number;
};

static int parse(char **line, void *entry, void *extra)
{
	struct rpcent *r = entry;
	uint32_t number;

	r->r_name = uk_files_field(line);
	if (!uk_files_number(line, 0, &number))
		return 0;
	r->r_number = number;
	return 1;
}

static struct uk_database programs = { "/etc/rpc", parse };

static int by_number(const void *entry, const struct uk_key *key)
{
	return ((const struct rpcent *)entry)->r_number == (int)key->number;
}

int getrpcbyname_r(const char *name, struct rpcent *r, char *buf, size_t n, struct rpcent **result)
{
	return uk_files_find(&programs, uk_files_named, &(struct uk_key){ name }, r, buf, n, result, NULL);
}

int getrpcbynumber_r(int number, struct rpcent *r, char *buf, size_t n, struct rpcent **result)
{
	return uk_files_find(&programs, by_number, &(struct uk_key){ .number = number }, r, buf, n, result, NULL);
}

int getrpcent_r(struct rpcent *r, char *buf, size_t n, struct rpcent **result)
{
	return uk_files_next(&programs, r, buf, n, result);
}

struct rpcent *getrpcbyname(const char *name)
{
	static struct rpcent r;
	static struct uk_kept k;

	return uk_files_keep(&programs, uk_files_named, &(struct uk_key){ name }, &r, &k);
}

struct rpcent *getrpcbynumber(int number)
{
	static struct rpcent r;
	static struct uk_kept k;

	return uk_files_keep(&programs, by_number, &(struct uk_key){ .number = number }, &r, &k);
}

struct rpcent *getrpcent(void)
{
	static struct rpcent r;
	static struct uk_kept k;

	return uk_files_keep(&programs, NULL, NULL, &r, &k);
}

void setrpcent(int stay) { uk_files_rewind(&programs); }
void endrpcent(void) { uk_files_close(&programs); }
