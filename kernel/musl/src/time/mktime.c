/*
 * mktime() as glibc searches: from the offset of the last call on, by the error of each guess. That decides
 * which of two times it is where a clock was set back, and on which side of a gap one lands.
 */
#include <errno.h>
#include <time.h>

hidden long long __tm_to_secs(const struct tm *);
hidden struct tm *__localtime_r(const time_t *restrict, struct tm *restrict);

/* Seconds that T's local time shows, or an error; TM gets all of it. */
static int local(long long t, struct tm *tm, long long *shown)
{
	if (!__localtime_r(&(time_t){ t }, tm))
		return -1;
	*shown = t + tm->__tm_gmtoff;
	return 0;
}

/*
 * The time WANT where the other kind of time than T's is in force: by the offset that a time nearby has, which
 * is of that kind. The longest summer time of the zones' database took 457,243,209 seconds, the shortest 601,200.
 */
static long long otherwise(long long t, long long want, int dst)
{
	enum { STRIDE = 601200, FARTHEST = 457243209 / 2 + STRIDE };

	for (int delta = STRIDE; delta < FARTHEST; delta += STRIDE)
		for (int sign = -1; sign <= 1; sign += 2) {
			struct tm tm;
			long long shown;

			if (!local(t + sign * delta, &tm, &shown) && !tm.tm_isdst == !dst)
				return want - tm.__tm_gmtoff;
		}
	return dst ? t - 3600 : t + 3600;
}

time_t mktime(struct tm *tm)
{
	static volatile int offset;
	struct tm minute = *tm, new;
	long long want, t, before, older, shown;
	int probes = 6, dst2 = 0, isdst = tm->tm_isdst;

	/* Seconds out of range come last, as there might be leap seconds. */
	minute.tm_sec = tm->tm_sec < 0 ? 0 : tm->tm_sec > 59 ? 59 : tm->tm_sec;
	want = __tm_to_secs(&minute);
	t = want + offset;
	if (local(t, &new, &shown))
		t = want;
	before = older = t;
	for (;;) {
		if (local(t, &new, &shown))
			return -1;
		if (shown == want) {
			if (isdst >= 0 && !isdst != !new.tm_isdst)
				t = otherwise(t, want, isdst);
			break;
		}
		/* Between two guesses to and fro, there is no such time: a gap. */
		if (t == older && t != before && (isdst < 0 ? dst2 <= !!new.tm_isdst : !isdst != !new.tm_isdst))
			break;
		if (!--probes) {
			errno = EOVERFLOW;
			return -1;
		}
		older = before;
		before = t;
		t += want - shown;
		dst2 = !!new.tm_isdst;
	}
	offset = t - want;
	t += tm->tm_sec - minute.tm_sec;
	if (local(t, &new, &shown))
		return -1;
	*tm = new;
	return t;
}
