/* _FloatN number parsing: f32 is float, f64 and f32x double, f64x long double. */
#include "../alias.h"

ALIAS(strtof32, strtof)
ALIAS(strtof32_l, strtof)
ALIAS(strtof64, strtod)
ALIAS(strtof64_l, strtod)
ALIAS(strtof32x, strtod)
ALIAS(strtof32x_l, strtod)
ALIAS(strtof64x, strtold)
ALIAS(strtof64x_l, strtold)
ALIAS(wcstof32, wcstof)
ALIAS(wcstof32_l, wcstof)
ALIAS(wcstof64, wcstod)
ALIAS(wcstof64_l, wcstod)
ALIAS(wcstof32x, wcstod)
ALIAS(wcstof32x_l, wcstod)
ALIAS(wcstof64x, wcstold)
ALIAS(wcstof64x_l, wcstold)
