/* getgroups(2), setgroups(2) */
#include "kernel.h"
#include "permission.h"

/* Linux keeps them sorted too. There are few, or they come in order. */
static void sort(u32 *g, int n)
{
	for (int i = 1; i < n; i++) {
		u32 moved = g[i];
		int k = i;
		for (; k && g[k - 1] > moved; k--)
			g[k] = g[k - 1];
		g[k] = moved;
	}
}

long sys_setgroups(int n, const u32 *list)
{
	KEEP(permission_anchor);
	KERNEL_LOCK();
	u32 *groups = NULL;

	if (!capable(CAP_SETGID))
		return -EPERM;
	if ((u32)n > NGROUPS_MAX)
		return -EINVAL;
	CHECK_READ(list, n * sizeof(*list));
	if (n && !(groups = kmalloc(n * sizeof(*groups))))
		return -ENOMEM;
	memcpy(groups, list, n * sizeof(*groups));
	for (int i = 0; i < n; i++)
		if (groups[i] == ~0u) {
			kfree(groups);
			return -EINVAL;
		}
	sort(groups, n);
	struct identity *me = identity_change();
	if (!me) {
		kfree(groups);
		return -ENOMEM;
	}
	kfree(me->groups);
	me->groups = groups;
	me->group_count = n;
	return 0;
}
SYSCALL(116, setgroups, FULL);

long sys_getgroups(int n, u32 *list)
{
	KERNEL_LOCK();
	u32 count = identity()->group_count;

	if (n < 0 || (n && (u32)n < count))
		return -EINVAL;
	if (!n)
		return count;
	CHECK_WRITE(list, count * sizeof(*list));
	memcpy(list, identity()->groups, count * sizeof(*list));
	return count;
}
SYSCALL(115, getgroups, FULL);
