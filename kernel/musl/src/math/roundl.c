#include "to_integer.h"

long double roundl(long double x) { return long_double_to_integer(x, TO_NEAREST_AWAY); }
