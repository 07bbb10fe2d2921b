/* uk run --user: the program begins as somebody else than root. Only images for which that was asked have this. */
#include "driver.h"
#include "kernel.h"
#include "permission.h"

const char identity_user[0];	/* the root for the linker: identity_start() itself has a weak definition too */

static const char *number(const char *s, u32 *n)
{
	for (*n = 0; *s >= '0' && *s <= '9'; s++)
		*n = *n * 10 + *s - '0';
	return s;
}

/* "UID" or "UID:GID"; the runner has checked it. As login(1) and execve(2) leave it: no capability, no further group. */
void identity_start(u64 (*aux)[2])
{
	KEEP(permission_anchor);
	const char *given = cmdline_get("uk.user", 0);
	struct identity was = identity_first;
	u32 uid, gid = 0;

	if (!given)
		return;
	given = number(given, &uid);
	if (*given == ':')
		number(given + 1, &gid);
	identity_first.user = (struct ids){ uid, uid, uid, uid };
	identity_first.group = (struct ids){ gid, gid, gid, gid };
	identity_changed(&was);
	identity_first.dumpable = true;
	for (; (*aux)[0] != AT_NULL; aux++)
		if ((*aux)[0] == AT_UID || (*aux)[0] == AT_EUID)
			(*aux)[1] = uid;
		else if ((*aux)[0] == AT_GID || (*aux)[0] == AT_EGID)
			(*aux)[1] = gid;
}
