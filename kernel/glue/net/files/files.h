/*
 * Databases of /etc that name services, protocols, networks, remote procedures and hosts: one entry a line, read as
 * glibc's nss_files reads them. All entries begin with a name and a list of other names.
 */
#ifndef FILES_H
#define FILES_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "../../glue.h"

struct uk_named {
	char *name, **aliases;
};

/* What is looked for; a database's match() knows which of these count. */
struct uk_key {
	const char *name, *protocol;
	uint32_t number;
	int type;
};

struct uk_database {
	const char *path;
	/* Fills ENTRY from *LINE, which has no comment, and moves *LINE to the aliases; 0 if it is no line of this database. */
	int (*parse)(char **line, void *entry, void *extra);
	size_t extra;			/* bytes that parse() wants at the beginning of the caller's buffer */
	FILE *file;			/* that ..ent() functions go through */
	volatile int lock[1];
};

typedef int uk_match(const void *entry, const struct uk_key *key);

/* Static storage of one function: glibc's have one each. */
struct uk_kept {
	char *buffer;
	size_t size;
	volatile int lock[1];
};

/* 0 with *RESULT null: not there. Sets errno as glibc does, and *H_ERR if nothing was found. */
hidden int uk_files_find(struct uk_database *, uk_match *, const struct uk_key *, void *entry, char *buf, size_t n, void *result, int *h_err);
hidden int uk_files_next(struct uk_database *, void *entry, char *buf, size_t n, void *result);
/* The same into static storage; the next entry with a null MATCH. */
hidden void *uk_files_keep(struct uk_database *, uk_match *, const struct uk_key *, void *entry, struct uk_kept *);
hidden void uk_files_rewind(struct uk_database *);
hidden void uk_files_close(struct uk_database *);

hidden int uk_files_named(const void *entry, const struct uk_key *);
/* Ends the field at *LINE with a zero and goes to the next one. */
hidden char *uk_files_field(char **line);
/* A number that END ends, in C's notations, or blanks if that is 0, in decimal. 0 if there is none. */
hidden int uk_files_number(char **line, int end, uint32_t *value);

#endif
