// Exceptions on their way from callbacks through qsort(), qsort_r(), bsearch() and pthread_once() to who called these; registers of the
// callers are as they were.
#include <mutex>
#include <pthread.h>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <thread>
#include <vector>
#include <atomic>
#include <unistd.h>

struct Loud {
	const char *what;
	Loud(const char *w) : what(w) {}
	~Loud() { printf("~%s\n", what); }
};

static int calls, limit;

static int compare(const void *a, const void *b)
{
	if (++calls == limit)
		throw std::runtime_error("limit");
	return *static_cast<const int *>(a) - *static_cast<const int *>(b);
}

static int compare_r(const void *a, const void *b, void *arg)
{
	if (--*static_cast<int *>(arg) == 0)
		throw *static_cast<const int *>(a);
	return *static_cast<const int *>(a) - *static_cast<const int *>(b);
}

struct Big { int key; char rest[60]; };

// Six values that want a register each, across the call.
template <class F> static void across(const char *name, long x, F f)
{
	long a = x * 3, b = x ^ 5, c = x + 7, d = x << 3, e = x - 11, g = ~x;
	Loud l(name);

	try {
		Loud inner("inner");
		f();
		printf("%s returned\n", name);
	} catch (std::exception &ex) {
		printf("%s: %s\n", name, ex.what());
	} catch (int i) {
		printf("%s: %d\n", name, i);
	}
	printf("%ld %ld %ld %ld %ld %ld\n", a, b, c, d, e, g);
}

static void sorts()
{
	for (limit = 1; limit < 12; limit += 3) {
		int a[] = { 5, 3, 13, 1, 9, 2, 8 };
		calls = 0;
		across("qsort", limit, [&] { qsort(a, 7, sizeof *a, compare); });
		printf("%d calls\n", calls);
	}
	std::vector<int> v(5000);
	for (int i = 0; i < 5000; i++)
		v[i] = i * 7919 % 5000;
	calls = 0, limit = 30000;
	across("large", 1, [&] { qsort(v.data(), v.size(), sizeof(int), compare); });
	std::vector<Big> w(100);
	for (int i = 0; i < 100; i++)
		w[i].key = i * 37 % 100;
	calls = 0, limit = 200;
	across("big", 2, [&] { qsort(w.data(), w.size(), sizeof(Big), compare); });
	int left = 4, a[] = { 4, 3, 2, 1 };
	across("qsort_r", 3, [&] { qsort_r(a, 4, sizeof *a, compare_r, &left); });
	left = -1;
	across("sorted", 4, [&] { qsort_r(a, 4, sizeof *a, compare_r, &left); });
	printf("%d %d %d %d\n", a[0], a[1], a[2], a[3]);
	calls = 0, limit = 2;
	across("bsearch", 5, [&] { bsearch(&a[3], a, 4, sizeof *a, compare); });
	limit = -1;
	printf("%ld\n", (long)((int *)bsearch(&a[3], a, 4, sizeof *a, compare) - a));
	across("nested", 6, [&] {
		qsort(a, 4, sizeof *a, [](const void *x, const void *y) -> int {
			int z[] = { 2, 1 };
			try {
				qsort(z, 2, sizeof *z, [](const void *, const void *) -> int { throw 1; });
			} catch (int i) {
				printf("inside %d\n", i);
			}
			return compare(x, y);
		});
	});
	printf("%d %d %d %d\n", a[0], a[1], a[2], a[3]);
}

static std::atomic<int> runs;
static pthread_once_t plain = PTHREAD_ONCE_INIT, cancelled = PTHREAD_ONCE_INIT;

static void fails_twice()
{
	Loud l("once");
	if (++runs < 3)
		throw std::runtime_error("not yet");
}

static void slow_first()
{
	usleep(2000);
	if (++runs == 1)
		throw 1;
}

static void once()
{
	std::once_flag flag;

	for (int i = 0; i < 4; i++)
		across("call_once", i, [&] { std::call_once(flag, fails_twice); });
	runs = 0;
	for (int i = 0; i < 4; i++)
		across("pthread_once", i, [&] { pthread_once(&plain, fails_twice); });
	runs = 0;
	std::once_flag shared;
	std::atomic<int> thrown{0}, done{0};
	std::vector<std::thread> threads;
	for (int i = 0; i < 4; i++)
		threads.emplace_back([&] {
			try {
				std::call_once(shared, slow_first), done++;
			} catch (int) {
				thrown++;
			}
		});
	for (auto &t : threads)
		t.join();
	printf("%d runs, %d thrown, %d done\n", runs.load(), thrown.load(), done.load());
}

static void *ends_in_once(void *)
{
	Loud l("thread");
	pthread_once(&cancelled, [] { Loud m("first"); pthread_exit(nullptr); });
	return nullptr;
}

int main()
{
	pthread_t t;

	sorts(), once();
	pthread_create(&t, nullptr, ends_in_once, nullptr);
	pthread_join(t, nullptr);
	pthread_once(&cancelled, [] { printf("second\n"); });
	across("uncaught", 9, [] {});
	return 0;
}
