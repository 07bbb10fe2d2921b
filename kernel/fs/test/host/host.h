#ifndef HOST_H
#define HOST_H

#include "types.h"

void *malloc(size_t);
void *calloc(size_t, size_t);
void *realloc(void *, size_t);
void free(void *);
char *strdup(const char *);
size_t strnlen(const char *, size_t);
int printf(const char *, ...) __attribute__((format(printf, 1, 2)));
noreturn void exit(int);
long syscall(long, ...);
int *__errno_location(void);

extern const struct syscall_entry systab_start[], systab_end[];
extern u64 block_requests;
extern s64 kmalloc_count;	/* what is allocated */
extern int sigpipes;

void host_init(void);
struct block_device *host_device(void *bytes, u64 size, bool mapped);	/* one more disk */
void host_parts_start(void);
void host_thread(void (*fn)(void *), void *arg);
void host_join(void);
long guest(long nr, long a, long b, long c, long d, long e, long f);

/* A kernel call of the tests: up to six arguments. */
#define SYS(nr, ...) SYS_(nr, ##__VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define SYS_(nr, a, b, c, d, e, f, ...) guest(nr, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

#define EXPECT(got, want) do {							\
	long got_ = (long)(got), want_ = (long)(want);				\
	if (got_ != want_) {							\
		printf("%s:%d: %s: got %ld, want %ld\n", __FILE__, __LINE__, #got, got_, want_);	\
		failures++;							\
	}									\
} while (0)
extern int failures;

int test_image(int argc, char **argv);
int test_calls(void);
int test_threads(void);
/* START: where the guest has an empty directory. */
int test_differ(const char *start, unsigned long seed, unsigned long rounds);
extern bool sharing;	/* START is on a share, which has less than tmpfs */
extern bool lying;	/* its server lies: any result is fine */

/* share.c: the same on a share; LIES: its server does. */
int test_share(unsigned long seed, unsigned long rounds, bool lies);

int test_iso(int argc, char **argv, void *disk, u64 size);
int test_iso_threads(void);
int test_iso_damage(void *disk, u64 size, unsigned long seed, unsigned long rounds);

int test_ext4_damage(struct block_device *d, void *disk, u64 size, unsigned long seed, unsigned long rounds);
int test_ext4_drop(struct block_device *d, void *disk, u64 size, unsigned long seed, unsigned long rounds, const char *dir);	/* disks go to DIR */

static inline u64 hash_more(u64 h, const u8 *p, size_t n)
{
	while (n--)
		h = (h ^ *p++) * 1099511628211u;
	return h;
}
#define HASH_START 14695981039346656037u

#endif
