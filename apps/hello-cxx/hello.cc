// Touches what C++ programs need of the system: streams, exceptions, threads,
// thread-local objects with constructors and destructors.
#include <atomic>
#include <iomanip>
#include <iostream>
#include <map>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

std::atomic<int> made{0}, gone{0};

struct Counter {
	int n = 0;
	Counter() { made++; }
	~Counter() { gone++; }
};

thread_local Counter counter;

int checked(int v)
{
	if (v % 3 == 0)
		throw std::invalid_argument("multiple of three: " + std::to_string(v));
	return v;
}

} // namespace

int main()
{
	std::cout << "Hello from C++ code\n";
	std::cout << std::fixed << std::setprecision(3) << 2.0 / 3 << ' ' << std::hex << std::showbase << 255 << std::dec << '\n';

	int thrown = 0;
	for (int i = 0; i < 9; i++) {
		try {
			checked(i);
		} catch (const std::exception &e) {
			std::cout << "caught " << e.what() << '\n';
			thrown++;
		}
	}
	std::cout << thrown << " exceptions\n";

	std::mutex lock;
	std::map<int, int> results;
	std::vector<std::thread> threads;
	for (int t = 0; t < 4; t++) {
		threads.emplace_back([t, &lock, &results] {
			for (int i = 0; i < 1000 * (t + 1); i++)
				counter.n++;
			try {
				throw t;
			} catch (int caught) {
				std::lock_guard<std::mutex> hold(lock);
				results[caught] = counter.n;
			}
		});
	}
	for (auto &t : threads)
		t.join();
	for (auto &[t, n] : results)
		std::cout << "thread " << t << " counted " << n << '\n';
	std::cout << made << " thread-local counters made, " << gone << " gone\n";

	std::ostringstream s;
	s << "bye" << std::setw(4) << std::setfill('.') << 7;
	std::cout << s.str() << std::endl;
	return 0;
}
