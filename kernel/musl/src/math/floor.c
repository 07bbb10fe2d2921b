#include "to_integer.h"

double floor(double x) { return double_to_integer(x, signbit(x) ? TO_AWAY : TO_ZERO); }
