/* The outermost end of the first thread's stack, which garbage collectors scan up to: where the program's first
 * instruction finds its stack pointer. Programs copy it into memory that becomes read-only, so it is set before. */
void *__libc_stack_end;

void uk_stack_end(unsigned long sp)
{
	__libc_stack_end = (void *)sp;
}
