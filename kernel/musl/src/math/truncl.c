#include "to_integer.h"

long double truncl(long double x) { return long_double_to_integer(x, TO_ZERO); }
