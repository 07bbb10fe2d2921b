/* uname(2), sethostname(2) */
#include "driver.h"
#include "kernel.h"

#define FIELD 65

struct utsname { char field[6][FIELD]; };
static char hostname[FIELD];

const char *hostname_get(void)
{
	const char *given = cmdline_get("uk.hostname", 0);

	return hostname[0] ? hostname : given ? given : "uk";
}

long sys_uname(struct utsname *u)
{
	KERNEL_LOCK();
	CHECK_WRITE(u, sizeof(*u));
	const char *values[6] = { "Linux", hostname_get(), "6.1.0-uk", "#1 SMP", "x86_64", "(none)" };

	memset(u, 0, sizeof(*u));
	for (unsigned i = 0; i < 6; i++)
		ksnprintf(u->field[i], FIELD, "%s", values[i]);
	return 0;
}
SYSCALL(63, uname);

long sys_sethostname(const char *name, size_t len)
{
	KERNEL_LOCK();
	if (len >= FIELD)
		return -EINVAL;
	CHECK_READ(name, len);
	memcpy(hostname, name, len);
	hostname[len] = 0;
	return 0;
}
SYSCALL(170, sethostname);
