#include <math.h>
#include "fma_variant.h"

double log(double x)
{
	return uk_has_fma() ? uk_log_fma(x) : uk_log_base(x);
}
