// What C++ costs on top of a C library: see crt.c.
#include <chrono>
#include <cstdio>
#include <map>
#include <stdexcept>
#include <string>

static volatile int sink;

__attribute__((noinline)) static void thrower(int n)
{
	if (n >= 0)
		throw std::runtime_error("thrown");
}

static void throw_catch()
{
	for (int i = 0; i < 1000; i++)
		try {
			thrower(i);
		} catch (const std::exception &e) {
			sink = e.what()[0];
		}
}

static void map_inserts()
{
	std::map<std::string, int> m;

	for (int i = 0; i < 1000; i++)
		m["a key of some length " + std::to_string(i * 7919 % 1000)] = i;
	sink = m.size();
}

static void report(const char *name, void (*run)(), int n)
{
	double best = 1e18;

	for (int i = 0; i < 30; i++) {
		auto t = std::chrono::steady_clock::now();

		run();
		best = std::min(best, std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - t).count() / n);
	}
	std::printf("%s %.2f\n", name, best);
}

int main()
{
	report("c++-throw+catch", throw_catch, 1000);
	report("c++-map-1000-inserts", map_inserts, 1);
}
