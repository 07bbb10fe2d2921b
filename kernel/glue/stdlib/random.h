/* glibc's struct random_data and the functions on it, which musl does not declare. */
#ifndef RANDOM_H
#define RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct random_data {
	int32_t *front, *rear, *state;
	int type, degree, separation;
	int32_t *end;
};

_Static_assert(sizeof(struct random_data) == 48, "glibc's struct random_data");

int random_r(struct random_data *, int32_t *);
int srandom_r(unsigned, struct random_data *);
int initstate_r(unsigned, char *, size_t, struct random_data *);
int setstate_r(char *, struct random_data *);

#endif
