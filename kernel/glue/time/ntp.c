/* ntp_gettime(): the clock with what is known of its error. */
#include <sys/timex.h>

struct ntptimeval_now {
	struct timeval time;
	long maxerror, esterror, tai, reserved[4];
};

int ntp_gettimex(struct ntptimeval_now *out)
{
	struct timex t = { 0 };
	int r = adjtimex(&t);

	*out = (struct ntptimeval_now){ t.time, t.maxerror, t.esterror, t.tai };
	return r;
}

/* The old structure ends after esterror. */
int ntp_gettime(struct ntptimeval_now *out)
{
	struct timex t = { 0 };
	int r = adjtimex(&t);

	out->time = t.time;
	out->maxerror = t.maxerror;
	out->esterror = t.esterror;
	return r;
}
