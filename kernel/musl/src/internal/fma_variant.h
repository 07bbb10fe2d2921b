/* Functions of musl's that are linked twice, uk_NAME_base() and uk_NAME_fma() (musl.mk, FMA). */
#ifndef FMA_VARIANT_H
#define FMA_VARIANT_H

#include <features.h>

hidden int uk_has_fma(void);
hidden double uk_exp_base(double), uk_exp_fma(double);
hidden double uk_log_base(double), uk_log_fma(double);
hidden double uk_log2_base(double), uk_log2_fma(double);
hidden double uk_pow_base(double, double), uk_pow_fma(double, double);

#endif
