/* Variables of glibc that programs read. */

/* "Perhaps threads": always a right answer, it only costs atomic instructions. */
char __libc_single_threaded = 0;

/* What libc's messages are a catalog of. */
const char _libc_intl_domainname[] = "libc";

/* Programs count it up when what gettext() says may change. Nothing is kept here that would have to be asked for again. */
int _nl_msg_cat_cntr;
