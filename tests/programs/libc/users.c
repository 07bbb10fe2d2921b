/* Users and groups that are not there: what is given back, what errno says, again and again. */
#define _GNU_SOURCE
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>

static void by_name(void)
{
	errno = 7;
	printf("getpwnam %d", getpwnam("nobodyhere") == NULL);
	printf(" %d\n", errno);
	errno = 7;
	printf("getgrnam %d", getgrnam("nobodyhere") == NULL);
	printf(" %d\n", errno);
}

static void by_number(void)
{
	errno = 7;
	printf("getpwuid %d", getpwuid(471147) == NULL);
	printf(" %d\n", errno);
	errno = 7;
	printf("getgrgid %d", getgrgid(471147) == NULL);
	printf(" %d\n", errno);
}

static void with_room(void)
{
	struct passwd p, *found = &p;
	struct group g, *group = &g;
	char room[200];
	int r = getpwnam_r("nobodyhere", &p, room, sizeof(room), &found);

	printf("getpwnam_r %d %d\n", r, found == NULL);
	r = getgrnam_r("nobodyhere", &g, room, sizeof(room), &group);
	printf("getgrnam_r %d %d\n", r, group == NULL);
}

static void lists(void)
{
	gid_t groups[9];
	int n = 9, r = getgrouplist("nobodyhere", 4711, groups, &n);

	printf("getgrouplist %d %d %d\n", r, n, (int)groups[0]);
}

int main(void)
{
	for (int i = 0; i < 3; i++) {
		by_name();
		by_number();
		with_room();
		lists();
	}
	struct passwd *root = getpwnam("root");
	printf("%s\n", root ? root->pw_dir : "no root");
	return 0;
}
