/* Stacks of the program's threads: sys/memory/stack_areas.c, of the C library's musl/src/stacks. */
#ifndef STACK_AREAS_H
#define STACK_AREAS_H

struct stack_area {
	unsigned long base, size, guard;
};

void stack_area_begin(unsigned long end);
void stack_areas_drop(const struct stack_area *s, unsigned n);

#endif
