// What the parts of the register tests share.
#ifndef TORTURE_H
#define TORTURE_H

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <ucontext.h>

enum { SPIN, SEGV, FPE, ILL, YIELD };		// what happens between loading all registers and storing them
#define AREA 2816				// x87 to AVX-512 in any order of theirs

// Of one round, at the offsets that registers.S uses.
struct round {
	uint64_t mask;				// XSAVE's components, 0: FXSAVE
	uint64_t how, spins;
	uint64_t put[16], got[16];		// general registers and flags, in the order of registers.S
	uint8_t area[AREA] __attribute__((aligned(64)));
	uint8_t after[AREA] __attribute__((aligned(64)));
};
_Static_assert(__builtin_offsetof(struct round, put) == 24 && __builtin_offsetof(struct round, got) == 152 &&
	__builtin_offsetof(struct round, area) == 320 && __builtin_offsetof(struct round, after) == 320 + AREA, "registers.S");

void registers_round(struct round *r);		// all registers
void registers_load(uint64_t mask, const void *area);
void registers_save(uint64_t mask, void *area);
void handler_entry(int sig, siginfo_t *info, void *uc);	// registers.S; it calls:
void handler(int sig, siginfo_t *info, ucontext_t *uc, const uint8_t *fxsave, uint64_t flags);
// Loads what a call must keep, calls fn(a, b), tells what is left.
struct kept { uint64_t general[6]; uint32_t mxcsr; uint16_t control, status; };
long registers_call(const struct kept *put, struct kept *got, void *fn, uint64_t a, uint64_t b);

#endif
