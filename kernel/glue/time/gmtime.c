/* gmtime(): glibc calls the zone GMT, musl UTC. */
#include <time.h>
#include "../glue.h"

struct tm *__muslown_gmtime_r(const time_t *restrict, struct tm *restrict);

struct tm *gmtime_r(const time_t *restrict t, struct tm *restrict tm)
{
	if (!__muslown_gmtime_r(t, tm))
		return 0;
	tm->__tm_zone = "GMT";
	return tm;
}

struct tm *gmtime(const time_t *t)
{
	static struct tm tm;

	return gmtime_r(t, &tm);
}
