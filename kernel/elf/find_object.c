/* _dl_find_object() of glibc 2.35, which Debian's libgcc_s asks for each frame
 * of an unwind: the object of an address and its .eh_frame_hdr. */
#include "dynlink.h"

struct dl_find_object {
	u64 flags;
	void *map_start, *map_end;
	struct link_map *link_map;
	void *eh_frame;
	u64 reserved[7];
};

/* The last answers, which are read without a lock: SEQUENCE is odd while they change, and another one if they did. */
#define ANSWERS 4
static struct dl_find_object answers[ANSWERS];
static unsigned sequence, next;

static void change_begin(void)
{
	__atomic_store_n(&sequence, sequence + 1, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_RELEASE);
}

static void change_end(void)
{
	__atomic_store_n(&sequence, sequence + 1, __ATOMIC_RELEASE);
}

/* unload.c, under the lock */
void find_object_forget(void)
{
	change_begin();
	memset(answers, 0, sizeof(answers));
	change_end();
}

static bool remembered(u64 pc, struct dl_find_object *result)
{
	unsigned before = __atomic_load_n(&sequence, __ATOMIC_ACQUIRE);

	for (unsigned i = 0; i < ANSWERS; i++) {
		const struct dl_find_object *a = &answers[i];

		if (pc - (u64)a->map_start >= (u64)a->map_end - (u64)a->map_start)
			continue;
		*result = *a;
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		return !(before & 1) && __atomic_load_n(&sequence, __ATOMIC_RELAXED) == before;
	}
	return false;
}

/* unwind/back.c in kernel/glue: where the kernel calls the program back, if it says anything of it. */
OPTIONAL const char *frames_of_kernel(u64 pc, const char *start_end[2]) { (void)pc, (void)start_end; return NULL; }

static int look_up(u64 pc, struct dl_find_object *result)
{
	KERNEL_LOCK();
	struct module *m = module_of(pc);

	for (unsigned i = 0; m && i < m->phnum; i++)
		if (m->phdrs[i].type == PT_GNU_EH_FRAME) {
			*result = (struct dl_find_object){ 0, (void *)m->start, (void *)m->end, &m->map,
				(void *)(m->bias + m->phdrs[i].vaddr) };
			change_begin();
			answers[next++ % ANSWERS] = *result;
			change_end();
			return 0;
		}
	const char *part[2], *frames = m ? NULL : frames_of_kernel(pc, part);
	if (!frames)
		return -1;
	*result = (struct dl_find_object){ 0, (void *)part[0], (void *)part[1], &kernel_module.map, (void *)frames };
	return 0;
}

EXPORT int _dl_find_object(void *pc, struct dl_find_object *result)
{
	return remembered((u64)pc, result) ? 0 : look_up((u64)pc, result);
}
