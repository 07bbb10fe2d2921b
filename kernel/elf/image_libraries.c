/* Linked in when the image brings glibc's libm.so.6 or libcrypt.so.1, since the program uses functions
 * of theirs to which the kernel's are not equal. What libm wants of glibc's other parts is in
 * kernel/glue/loader/image_libm.c. */
#include "dynlink.h"

const char exec_image_libraries[1];	/* the builder asks for it */

bool kernel_stands_in(const char *soname)
{
	for (unsigned i = 0; i < STAND_INS; i++)
		if (!strcmp(soname, stand_ins[i]))
			return strcmp(soname, "libm.so.6") && strcmp(soname, "libcrypt.so.1");
	return false;
}
