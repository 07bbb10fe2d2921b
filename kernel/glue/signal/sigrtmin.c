/* The first real-time signal that is the program's: glibc keeps 32 and 33, musl one more. */
int __libc_current_sigrtmin(void)
{
	return 34;
}
