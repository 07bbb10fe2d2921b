#include "to_integer.h"

double ceil(double x) { return double_to_integer(x, signbit(x) ? TO_ZERO : TO_AWAY); }
