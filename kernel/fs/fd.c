/* The descriptor table: pieces of 64, so that the lowest free one is found
 * by bits and a million descriptors need no large allocation. */
#include "kernel.h"
#include "vfs.h"

#define PIECE	64

struct piece {
	u64 used, cloexec;
	struct file *file[PIECE];
};

static struct piece **pieces;
static u32 piece_count;		/* entries of pieces */
static u32 first_free;		/* no piece below has a free descriptor */

/* sys/file/record_lock.c: the process closes a file, and gives up what it had locked of it. */
OPTIONAL void record_close(struct file *f) {}

static void closed(struct file *f)
{
	record_close(f);
	file_put(f);
}

u64 fd_limit = 1024;

static struct piece *piece_of(unsigned fd)
{
	return fd / PIECE < piece_count ? pieces[fd / PIECE] : NULL;
}

static struct file **slot(int fd)
{
	struct piece *p = piece_of(fd);

	return p && p->used >> (fd % PIECE) & 1 ? &p->file[fd % PIECE] : NULL;
}

static struct piece *grow(unsigned fd)
{
	u32 i = fd / PIECE;

	if (i >= piece_count) {
		u32 n = max(i + 1, piece_count * 2);
		struct piece **more = krealloc(pieces, n * sizeof(*more));
		if (!more)
			return NULL;
		memset(more + piece_count, 0, (n - piece_count) * sizeof(*more));
		pieces = more;
		piece_count = n;
	}
	if (!pieces[i])
		pieces[i] = kzalloc(sizeof(struct piece));
	return pieces[i];
}

struct file *fd_get(int fd)
{
	struct file **s = slot(fd);

	if (!s)
		return NULL;
	file_get(*s);
	return *s;
}

static void set(struct piece *p, int fd, struct file *f, bool cloexec)
{
	u64 bit = 1UL << (fd % PIECE);

	p->file[fd % PIECE] = f;
	p->used |= bit;
	p->cloexec = cloexec ? p->cloexec | bit : p->cloexec & ~bit;
}

int fd_install(struct file *f, int from, bool cloexec)
{
	u64 fd = max((u64)from, (u64)first_free * PIECE);
	struct piece *p;

	for (; (p = piece_of(fd)); fd = align_down(fd, (u64)PIECE) + PIECE) {
		u64 free = ~p->used & ~0UL << (fd % PIECE);
		if (free) {
			fd = align_down(fd, (u64)PIECE) + __builtin_ctzl(free);
			break;
		}
	}
	if (fd >= fd_limit || !(p = grow(fd))) {
		file_put(f);
		return fd >= fd_limit ? -EMFILE : -ENOMEM;
	}
	if ((u64)from <= (u64)first_free * PIECE)
		first_free = fd / PIECE;
	set(p, fd, f, cloexec);
	return fd;
}

int fd_close(int fd)
{
	struct file **s = slot(fd);

	if (!s)
		return -EBADF;
	struct file *f = *s;
	*s = NULL;
	piece_of(fd)->used &= ~(1UL << (fd % PIECE));
	if ((u32)fd / PIECE < first_free)
		first_free = fd / PIECE;
	closed(f);
	return 0;
}

int fd_cloexec(int fd, int on)
{
	u64 bit = 1UL << (fd % PIECE);
	struct piece *p = piece_of(fd);

	if (!slot(fd))
		return -EBADF;
	int old = !!(p->cloexec & bit);
	if (on >= 0)
		p->cloexec = on ? p->cloexec | bit : p->cloexec & ~bit;
	return old;
}

int fd_replace(int fd, struct file *f, bool cloexec)
{
	struct file *old = NULL, **s = slot(fd);
	struct piece *p;

	if ((u64)fd >= fd_limit || !(p = grow(fd))) {
		file_put(f);
		return (u64)fd >= fd_limit ? -EBADF : -ENOMEM;
	}
	if (s)
		old = *s;
	set(p, fd, f, cloexec);
	if (old)
		closed(old);
	return fd;
}

int fd_next(int fd)
{
	for (u32 i = fd / PIECE; i < piece_count; i++, fd = i * PIECE) {
		u64 used = pieces[i] ? pieces[i]->used & ~0UL << (fd % PIECE) : 0;
		if (used)
			return i * PIECE + __builtin_ctzl(used);
	}
	return -1;
}
