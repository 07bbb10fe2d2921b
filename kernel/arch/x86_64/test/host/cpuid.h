/* In place of the kernel's: CPUID answers what main.c was told. */
#ifndef CPUID_H
#define CPUID_H

void cpuid(unsigned leaf, unsigned sub, unsigned r[4]);

#endif
