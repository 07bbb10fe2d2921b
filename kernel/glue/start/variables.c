/* Variables of glibc that programs read. */

/* "Perhaps threads": always a right answer, it only costs atomic instructions. */
char __libc_single_threaded = 0;
