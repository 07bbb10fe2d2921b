/*
 * Interfaces: functions of a part that may be built in, a module, or absent.
 * Call sites look the same in all three cases.
 *
 * An interface is a header in kernel/interfaces/ with a line for each function:
 *
 *	INTERFACE(int, entropy_read, (void *buf, size_t n), (buf, n), -ENODEV)
 *
 * and whoever calls entropy_read() includes it. The part that has the function
 * includes it too, defines the function, and says IMPLEMENT(entropy_read) below.
 *
 *   built in  the linker binds calls to the part's own definition;
 *   absent    calls reach a weak definition, which returns the last argument of
 *             INTERFACE (nothing, for void);
 *   modular   calls reach a stub that goes through a pointer; the first asks for
 *             the module that the image's index names for "entropy_read".
 *             Until one is loaded, the result is that of an absent part.
 *
 * kit.mk compiles each header two more times, for the weak definitions and for the
 * stubs. The stubs are linked when a module wants the pointer (interface_NAME, an
 * undefined symbol of the module like any other), so an image without the module
 * holds neither stub nor pointer. A function has one implementation in an image.
 * The first call may sleep, as loading does.
 *
 * INTERFACE_OF_LOADED is for functions that are of no use unless the part is there
 * already: a call loads nothing, and never sleeps for that.
 */
#ifndef INTERFACE_H
#define INTERFACE_H

#include "linux.h"
#include "types.h"

/* modules/interface.S: *SLOT, after asking for the module that has it if it is NULL. */
static inline void *interface_function(void **slot)
{
	void *function;

	__asm__ volatile("call interface_enter" : "=a"(function) : "0"(slot) : "r10", "r11", "memory", "cc");
	return function;
}

#if defined(INTERFACE_ABSENT)
#define INTERFACE(ret, name, params, args, absent) \
	ret name params; \
	OPTIONAL ret name params { return absent; }
#define INTERFACE_OF_LOADED INTERFACE
#elif defined(INTERFACE_MODULAR)
#define INTERFACE(ret, name, params, args, absent) \
	INTERFACE_STUB(ret, name, params, args, absent, interface_function(&interface_##name))
#define INTERFACE_OF_LOADED(ret, name, params, args, absent) \
	INTERFACE_STUB(ret, name, params, args, absent, interface_##name)
#define INTERFACE_STUB(ret, name, params, args, absent, get) \
	void *interface_##name; \
	ret name params; \
	ret name params \
	{ \
		ret (*function) params = get; \
		if (!function) \
			return absent; \
		return function args; \
	}
#else
#define INTERFACE(ret, name, params, args, absent) \
	extern void *interface_##name; \
	ret name params;
#define INTERFACE_OF_LOADED INTERFACE
#endif

/* Below the definition of a function of an interface. In a module it makes an entry of the table that the
 * loader patches pointers from, once the module has started. */
struct implementation {
	void **slot;
	void *function;
};
#ifdef MODULE
#define IMPLEMENT(name) \
	const struct implementation implementation_##name GATHERED(".implementations." #name) = { &interface_##name, name }
#else
#define IMPLEMENT(name) _Static_assert(sizeof(&name) == 8, #name)
#endif

#endif
