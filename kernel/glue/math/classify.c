/* Classification as functions; programs compiled in C++ or without optimization call them. */
#define NAN_OR_INF(T, suffix) \
int __isinf##suffix(T x) { return __builtin_isinf_sign(x); } \
int __isnan##suffix(T x) { return __builtin_isnan(x); } \
int isinf##suffix(T x) __attribute__((alias("__isinf" #suffix))); \
int isnan##suffix(T x) __attribute__((alias("__isnan" #suffix)));

#undef isinf
#undef isnan
NAN_OR_INF(double, )
NAN_OR_INF(float, f)
NAN_OR_INF(long double, l)

int __finitel(long double x) { return __builtin_isfinite(x); }
int finitel(long double x) __attribute__((alias("__finitel")));
int __issignaling(double x)
{
	union { double f; unsigned long i; } u = { x };

	return (u.i & 0x7ff8000000000000) == 0x7ff0000000000000 && u.i & 0x7ffffffffffff;
}
int __issignalingf(float x)
{
	union { float f; unsigned i; } u = { x };

	return (u.i & 0x7fc00000) == 0x7f800000 && u.i & 0x3fffff;
}
int __issignalingl(long double x)
{
	union { long double f; struct { unsigned long m; unsigned short e; } i; } u = { x };

	return (u.i.e & 0x7fff) == 0x7fff && !(u.i.m >> 62 & 1) && u.i.m << 2;
}

int __issignalingf128(__float128 x)
{
	union { __float128 f; unsigned long word[2]; } u = { x };
	unsigned long fraction = u.word[1] & 0xffffffffffff;

	return (u.word[1] >> 48 & 0x7fff) == 0x7fff && (fraction | u.word[0]) && !(fraction >> 47);
}
