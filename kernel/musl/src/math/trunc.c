#include "to_integer.h"

double trunc(double x) { return double_to_integer(x, TO_ZERO); }
