/*
 * musl's internal pthread_impl.h with a mutex's type where glibc has it, in a
 * word that musl leaves free: programs compiled against glibc contain mutexes
 * that are recursive or error-checking from their initializer on. The values
 * are the same. And there are as many thread keys as in glibc. Of the signals that
 * musl keeps for itself, 34 is left to programs, as glibc does.
 */
#ifndef UK_INTERNAL_PTHREAD_IMPL_H
#define UK_INTERNAL_PTHREAD_IMPL_H

#pragma GCC diagnostic ignored "-Wunused-value"
/* What the kernel's libc keeps for each thread, behind the last field: thread-local storage of its own would lie where
 * the program has its. Notes of kernel/glue/unwind/points.S, the exception of unwind_exit.c, and the texts of strerror() and
 * strsignal() for numbers that mean nothing. */
#define stdio_locks stdio_locks; unsigned long notes[8 * 17] __attribute__((aligned(256))); \
	unsigned long exception[4] __attribute__((aligned(16))); char unknown_error[32], unknown_signal[32]
#include_next <pthread_impl.h>
#undef stdio_locks

#undef PTHREAD_KEYS_MAX
#define PTHREAD_KEYS_MAX 1024

/* glibc's least size of a stack. Programs built against musl, whose threads have smaller stacks by default, may ask for less. */
#define STACK_LEAST (__default_stacksize > DEFAULT_STACK_SIZE ? 16384 : PTHREAD_STACK_MIN)

#undef SIGSYNCCALL
#undef SIGPT_SET
#define SIGPT_SET ((sigset_t *)(const unsigned long []){ 1UL << (SIGCANCEL - 1), 0 })

#undef _m_type
#define _m_type __u.__i[4]

#endif
