/*
 * Makes libc ready: environment, auxiliary vector, program name, TLS of the
 * first thread, stack protector. The kernel's loader calls it once, before any
 * other function of libc. It is its own file, apart from __libc_start_main(),
 * and without musl's set-uid precautions, which would link open() and poll() into
 * every kernel: the standard files are always open, and secure_getenv() asks AT_SECURE itself.
 */
#include <elf.h>
#include <unistd.h>
#include "pthread_impl.h"
#include "libc.h"

#define AUX_CNT 38

static void no_ssp(void *entropy) {}
weak_alias(no_ssp, __init_ssp);

/* ENVP: as on a program's first stack, followed by the auxiliary vector. PN: program name or NULL. */
void __init_libc(char **envp, char *pn)
{
	size_t aux[AUX_CNT] = { 0 }, *v;

	__environ = envp;
	while (*envp)
		envp++;
	libc.auxv = (void *)(envp + 1);
	for (v = libc.auxv; v[0]; v += 2)
		if (v[0] < AUX_CNT)
			aux[v[0]] = v[1];
	__hwcap = aux[AT_HWCAP];
	libc.page_size = aux[AT_PAGESZ];
	if (!pn)
		pn = (void *)aux[AT_EXECFN];
	if (!pn)
		pn = "";
	__progname = __progname_full = pn;
	for (; *pn; pn++)
		if (*pn == '/')
			__progname = pn + 1;
	__init_tls(aux);
	__init_ssp((void *)aux[AT_RANDOM]);
}
