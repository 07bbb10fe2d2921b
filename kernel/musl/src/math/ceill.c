#include "to_integer.h"

long double ceill(long double x) { return long_double_to_integer(x, signbit(x) ? TO_ZERO : TO_AWAY); }
