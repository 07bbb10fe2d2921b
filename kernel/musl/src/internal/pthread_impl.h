/*
 * musl's internal pthread_impl.h with a mutex's type where glibc has it, in a
 * word that musl leaves free: programs compiled against glibc contain mutexes
 * that are recursive or error-checking from their initializer on. The values
 * are the same. And there are as many thread keys as in glibc.
 */
#ifndef UK_INTERNAL_PTHREAD_IMPL_H
#define UK_INTERNAL_PTHREAD_IMPL_H

#pragma GCC diagnostic ignored "-Wunused-value"
#include_next <pthread_impl.h>

#undef PTHREAD_KEYS_MAX
#define PTHREAD_KEYS_MAX 1024

#undef _m_type
#define _m_type __u.__i[4]

#endif
