/*
 * System calls of the in-kernel libc: plain C calls.
 *
 * A call whose number is a constant becomes `call sys_NAME`, so an archive
 * member of libc refers to exactly the system calls it makes and the linker
 * leaves the others out. A number known only at run time goes to
 * sys_dynamic(), which looks it up among the calls selected for the image.
 *
 * uk_sysent.h is generated from musl's bits/syscall.h: uk_sysent(n) maps a
 * number to &sys_NAME and folds to that address.
 */
#define __SYSCALL_LL_E(x) (x)
#define __SYSCALL_LL_O(x) (x)

#include "uk_sysent.h"

#define UK_INLINE static inline __attribute__((__always_inline__))

long sys_dynamic(long n, long a, long b, long c, long d, long e, long f);

UK_INLINE long __syscall0(long n)
{
	if (__builtin_constant_p(n))
		return ((long (*)(void))uk_sysent(n))();
	return sys_dynamic(n, 0, 0, 0, 0, 0, 0);
}

UK_INLINE long __syscall1(long n, long a)
{
	if (__builtin_constant_p(n))
		return ((long (*)(long))uk_sysent(n))(a);
	return sys_dynamic(n, a, 0, 0, 0, 0, 0);
}

UK_INLINE long __syscall2(long n, long a, long b)
{
	if (__builtin_constant_p(n))
		return ((long (*)(long, long))uk_sysent(n))(a, b);
	return sys_dynamic(n, a, b, 0, 0, 0, 0);
}

UK_INLINE long __syscall3(long n, long a, long b, long c)
{
	if (__builtin_constant_p(n))
		return ((long (*)(long, long, long))uk_sysent(n))(a, b, c);
	return sys_dynamic(n, a, b, c, 0, 0, 0);
}

UK_INLINE long __syscall4(long n, long a, long b, long c, long d)
{
	if (__builtin_constant_p(n))
		return ((long (*)(long, long, long, long))uk_sysent(n))(a, b, c, d);
	return sys_dynamic(n, a, b, c, d, 0, 0);
}

UK_INLINE long __syscall5(long n, long a, long b, long c, long d, long e)
{
	if (__builtin_constant_p(n))
		return ((long (*)(long, long, long, long, long))uk_sysent(n))(a, b, c, d, e);
	return sys_dynamic(n, a, b, c, d, e, 0);
}

UK_INLINE long __syscall6(long n, long a, long b, long c, long d, long e, long f)
{
	if (__builtin_constant_p(n))
		return ((long (*)(long, long, long, long, long, long))uk_sysent(n))(a, b, c, d, e, f);
	return sys_dynamic(n, a, b, c, d, e, f);
}

/* No vDSO: clock_gettime() is already a call to sys_clock_gettime(). */

#define IPC_64 0
