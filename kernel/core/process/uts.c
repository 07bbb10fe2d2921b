/* The names of the machine. */
#include "driver.h"
#include "kernel.h"
#include "permission.h"
#include "uts.h"

static char hostname[UTS_FIELD], domainname[UTS_FIELD] = "(none)";

const char *hostname_get(void)
{
	const char *given = cmdline_get(CMD_HOSTNAME, 0);

	return hostname[0] ? hostname : given ? given : "uk";
}

void uts_get(struct utsname *u)
{
	const char *values[6] = { "Linux", hostname_get(), "6.1.0-uk", "#1 SMP", "x86_64", domainname };

	memset(u, 0, sizeof(*u));
	for (unsigned i = 0; i < 6; i++)
		ksnprintf(u->field[i], UTS_FIELD, "%s", values[i]);
}

OPTIONAL void uts_changed(unsigned field) {}

long uts_set(unsigned which, const char *name, int len)
{
	char *field = which == UTS_HOSTNAME ? hostname : domainname;

	KERNEL_LOCK();
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (len < 0 || len >= UTS_FIELD)
		return -EINVAL;
	CHECK_READ(name, len);
	memcpy(field, name, len);
	field[len] = 0;
	uts_changed(which);
	return 0;
}
