/*
 * Which steps lead from one set to another: gconv-modules.cache, which
 * iconvconfig(8) makes of the host's gconv-modules. An image that has none gets
 * the sets that need no module.
 *
 * The file holds 16-bit offsets: a hash table of names and numbers of sets; for
 * each set its name and the modules to and from INTERNAL; and lists of modules
 * for conversions that do not go by way of INTERNAL. Set 0 is INTERNAL.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "gconv.h"
#include "lock.h"

enum { MAGIC = 0x20010324, MAX_FILE = 4 << 20 };

struct header {
	uint32_t magic;
	uint16_t strings, hash, hash_size, modules, others;
};

struct name { uint16_t string, set; };

struct set {
	uint16_t name;
	uint16_t from_folder, from_module;	/* of the step from INTERNAL */
	uint16_t to_folder, to_module;		/* of the step to INTERNAL */
	uint16_t others;			/* its list, plus 1 */
};

struct other {
	uint16_t count;
	struct { uint16_t set, folder, module; } steps[];
};

static const char *const places[] = {
	"/usr/lib/x86_64-linux-gnu/gconv/gconv-modules.cache", "/usr/lib64/gconv/gconv-modules.cache", "/usr/lib/gconv/gconv-modules.cache",
};

static const uint8_t *cache;
static size_t cache_size;
static bool cache_sought;

static bool whole(const struct header *h, size_t size)
{
	return size >= sizeof *h && size <= MAX_FILE && h->magic == MAGIC && h->strings < size && h->hash_size > 2 &&
		h->hash + h->hash_size * sizeof(struct name) <= size && h->modules < size && h->others <= size;
}

static bool map(const char *path)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	void *p = MAP_FAILED;

	if (fd < 0)
		return false;
	if (!fstat(fd, &st) && st.st_size > 0)
		p = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (p == MAP_FAILED)
		return false;
	if (!whole(p, st.st_size)) {
		munmap(p, st.st_size);
		return false;
	}
	cache = p;
	cache_size = st.st_size;
	return true;
}

static void look_for_cache(void)
{
	static volatile int lock[1];

	LOCK(lock);
	if (!cache_sought)
		for (int i = 0; i < sizeof places / sizeof *places && !map(places[i]); i++)
			;
	cache_sought = true;
	UNLOCK(lock);
}

static const char *string(unsigned offset)
{
	size_t at = ((const struct header *)cache)->strings + offset;

	return at < cache_size && memchr(cache + at, 0, cache_size - at) ? (const char *)cache + at : "";
}

/* Weinberger's hash, as in tables of messages. */
static unsigned hash(const char *s)
{
	unsigned h = 0, high;

	while (*s) {
		h = (h << 4) + (unsigned char)*s++;
		high = h & 0xf0000000;
		h ^= high >> 24 ^ high;
	}
	return h;
}

/* The set of a name. */
static const struct set *find_set(const char *name)
{
	const struct header *h = (const void *)cache;
	const struct name *table = (const void *)(cache + h->hash);
	unsigned value = hash(name), i = value % h->hash_size, step = 1 + value % (h->hash_size - 2);

	for (int tries = 0; table[i].string && tries < h->hash_size; tries++) {
		if (!strcmp(name, string(table[i].string))) {
			size_t at = h->modules + table[i].set * sizeof(struct set);
			return at + sizeof(struct set) <= cache_size ? (const void *)(cache + at) : NULL;
		}
		i = (i + step) % h->hash_size;
	}
	return NULL;
}

static const struct set *set_number(unsigned n)
{
	const struct header *h = (const void *)cache;

	return h->modules + (n + 1) * sizeof(struct set) <= cache_size ? (const struct set *)(cache + h->modules) + n : NULL;
}

/* Adds a step; a builtin one has no folder. */
static int add(struct gconv_step *s, const char *from, const char *to, unsigned folder, unsigned module)
{
	s->from = from;
	s->to = to;
	s->counter = 1;
	if (*string(folder))
		return uk_gconv_load(s, string(folder), string(module));
	return uk_gconv_builtin(s, string(module)) ? GCONV_OK : GCONV_NOCONV;
}

static void end_steps(struct gconv_step steps[3], size_t *count)
{
	for (size_t i = 0; i < *count; i++)
		if (steps[i].end)
			steps[i].end(&steps[i]);
	memset(steps, 0, 3 * sizeof *steps);
	*count = 0;
}

/* The conversion that does not go by way of INTERNAL, if there is one. */
static bool directly(const struct set *from, const struct set *to, struct gconv_step steps[3], size_t *count)
{
	const struct header *h = (const void *)cache;
	const struct set *first = set_number(0);
	size_t at = h->others + from->others - 1;
	const struct other *o;

	if (!from->others || from == first || to == first)
		return false;
	for (;; at += sizeof *o + o->count * sizeof *o->steps) {
		o = (const void *)(cache + at);
		if (at + sizeof *o > cache_size || !o->count || at + sizeof *o + o->count * sizeof *o->steps > cache_size)
			return false;
		if (set_number(o->steps[o->count - 1].set) == to)
			break;
	}
	if (o->count > 3)
		return false;
	const char *name = string(from->name);
	for (unsigned i = 0; i < o->count; i++) {
		const struct set *s = set_number(o->steps[i].set);
		if (!s || add(&steps[i], name, string(s->name), o->steps[i].folder, o->steps[i].module) != GCONV_OK) {
			end_steps(steps, count);
			return false;
		}
		name = string(s->name);
		++*count;
	}
	return true;
}

static int by_internal(const struct set *from, const struct set *to, struct gconv_step steps[3], size_t *count)
{
	const struct set *internal = set_number(0);
	int status = GCONV_OK;

	if (from == internal && to == internal || from != internal && !from->to_module || to != internal && !to->from_module)
		return GCONV_NOCONV;
	if (from != internal && (status = add(&steps[0], string(from->name), "INTERNAL", from->to_folder, from->to_module)) == GCONV_OK)
		++*count;
	if (status == GCONV_OK && to != internal &&
	    (status = add(&steps[*count], "INTERNAL", string(to->name), to->from_folder, to->from_module)) == GCONV_OK)
		++*count;
	if (status != GCONV_OK)
		end_steps(steps, count);
	return status;
}

int uk_gconv_find(const struct gconv_spec *spec, struct gconv_step steps[3], size_t *count)
{
	look_for_cache();
	if (!cache)
		return uk_gconv_find_builtin(spec, steps, count);
	const struct set *from = find_set(spec->from), *to = find_set(spec->to);
	if (!from || !to)
		return GCONV_NOCONV;
	return directly(from, to, steps, count) ? GCONV_OK : by_internal(from, to, steps, count);
}
