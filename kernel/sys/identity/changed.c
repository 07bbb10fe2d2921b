/* What follows from a change of user numbers (Linux security/commoncap.c). */
#include "kernel.h"
#include "identity.h"

#define CAPS_FS	(CAP_BIT(CAP_CHOWN) | CAP_BIT(CAP_DAC_OVERRIDE) | CAP_BIT(CAP_DAC_READ_SEARCH) | CAP_BIT(CAP_FOWNER) | \
		 CAP_BIT(CAP_FSETID) | CAP_BIT(CAP_LINUX_IMMUTABLE) | CAP_BIT(CAP_MKNOD) | CAP_BIT(CAP_MAC_OVERRIDE))

static bool any_root(const struct ids *u)
{
	return !u->real || !u->effective || !u->saved;
}

static void fix_capabilities(const struct identity *was)
{
	struct identity *now = identity();

	if (any_root(&was->user) && !any_root(&now->user)) {
		if (!(now->securebits & SECURE_KEEP_CAPS))
			now->permitted = now->in_effect = 0;
		now->ambient = 0;
	}
	if (!was->user.effective && now->user.effective)
		now->in_effect = 0;
	else if (was->user.effective && !now->user.effective)
		now->in_effect = now->permitted;
	else if (!was->user.fs && now->user.fs)
		now->in_effect &= ~CAPS_FS;
	else if (was->user.fs && !now->user.fs)
		now->in_effect |= now->permitted & CAPS_FS;
}

void identity_changed(const struct identity *was)
{
	if (!(identity()->securebits & SECURE_NO_SETUID_FIXUP))
		fix_capabilities(was);
	if (was->user.effective != identity()->user.effective || was->user.fs != identity()->user.fs ||
	    was->group.effective != identity()->group.effective || was->group.fs != identity()->group.fs)
		identity_first.dumpable = false;
}
