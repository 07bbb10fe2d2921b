#include "to_integer.h"

long double floorl(long double x) { return long_double_to_integer(x, signbit(x) ? TO_AWAY : TO_ZERO); }
