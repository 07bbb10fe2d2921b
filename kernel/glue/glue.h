/* What glue files share. */
#ifndef GLUE_H
#define GLUE_H

#include <stddef.h>
#include <features.h>

/* start/exit.c: the status that exit() was called with. */
extern hidden int uk_exit_status;
/* start/cxa_thread_atexit.c, or nothing where it is not linked. */
hidden void uk_call_tls_dtors(void);
/* fortify/fail.c */
_Noreturn void __chk_fail(void);
_Noreturn void uk_fatal(const char *message);
_Noreturn void __fortify_fail(const char *what);

#endif
