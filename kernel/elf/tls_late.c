/* Libraries that dlopen() brings and that use the initial-exec model: their
 * block goes into the spare part of the static thread-local storage. */
#include "dynlink.h"

const char tls_late[1];		/* dlopen() names it, since a weak default does not pull this file in */

bool tls_make_static(struct module *m)
{
	if (m->relocated)
		return loader_fail("%s: its thread-local storage is in use already and cannot become static; "
			"link the program against it", m->name);
	if (!tls_place_static(m))
		return false;
	m->nodelete = true;	/* new threads go on copying its image */
	tls_publish();
	uk_tls_fill(&m->tls->image);
	return true;
}
