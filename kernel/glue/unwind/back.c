/* What an exception that passes uk_back() does: see through.S. */
#include <dlfcn.h>
#include "through.h"

enum { CLEANUP_PHASE = 2, CONTINUE_UNWIND = 8 };

/* The personality routine of its frame (Itanium C++ ABI, 1.6.2): nothing is caught there. */
hidden int uk_back_personality(int version, int actions, uint64_t class, void *exception, void *context)
{
	static uintptr_t (*get_cfa)(void *);
	struct uk_record *r;
	void *lib;

	if (!(actions & CLEANUP_PHASE))
		return CONTINUE_UNWIND;
	if (!get_cfa) {
		lib = dlopen("libgcc_s.so.1", RTLD_NOW | RTLD_NOLOAD);
		get_cfa = lib ? (uintptr_t (*)(void *))dlsym(lib, "_Unwind_GetCFA") : NULL;
	}
	if (get_cfa) {
		r = *(struct uk_record **)get_cfa(context);	/* pushed by uk_back() */
		if (r->cleanup)
			r->cleanup(r);
	}
	return CONTINUE_UNWIND;
}

extern hidden const char uk_back[], uk_back_end[], uk_back_frames[];

/* elf/find_object.c */
const char *frames_of_kernel(uint64_t pc, const char *part[2])
{
	part[0] = uk_back;
	part[1] = uk_back_end;
	return pc >= (uintptr_t)uk_back && pc < (uintptr_t)uk_back_end ? uk_back_frames : NULL;
}
