// std::thread and its relatives: futures, promises, condition variables,
// shared mutexes, call_once, exceptions that cross threads.
#include <atomic>
#include <condition_variable>
#include <deque>
#include <future>
#include <iostream>
#include <mutex>
#include <shared_mutex>
#include <stdexcept>
#include <thread>
#include <vector>

int main()
{
	auto f = std::async(std::launch::async, [] { return 6 * 7; });
	std::cout << f.get() << '\n';
	std::promise<std::string> promise;
	std::thread setter([&] { promise.set_value("promised"); });
	std::cout << promise.get_future().get() << '\n';
	setter.join();
	auto bad = std::async(std::launch::async, []() -> int { throw std::runtime_error("crossed"); });
	try {
		bad.get();
	} catch (const std::exception &e) {
		std::cout << e.what() << '\n';
	}

	std::mutex m;
	std::condition_variable cv;
	std::deque<int> queue;
	bool done = false;
	long sum = 0;
	std::vector<std::thread> workers;
	for (int i = 0; i < 4; i++) {
		workers.emplace_back([&] {
			std::unique_lock<std::mutex> lock(m);
			for (;;) {
				cv.wait(lock, [&] { return done || !queue.empty(); });
				if (queue.empty())
					return;
				sum += queue.front();
				queue.pop_front();
			}
		});
	}
	for (int i = 1; i <= 5000; i++) {
		std::lock_guard<std::mutex> lock(m);
		queue.push_back(i);
		cv.notify_one();
	}
	{
		std::lock_guard<std::mutex> lock(m);
		done = true;
	}
	cv.notify_all();
	for (auto &w : workers)
		w.join();
	std::cout << sum << '\n';

	std::shared_mutex sm;
	std::once_flag once;
	std::atomic<int> onces{0}, reads{0};
	int value = 0;
	std::vector<std::thread> ts;
	for (int i = 0; i < 6; i++) {
		ts.emplace_back([&, i] {
			std::call_once(once, [&] { onces++; });
			for (int j = 0; j < 500; j++) {
				if (i == 0) {
					std::unique_lock<std::shared_mutex> l(sm);
					value++;
				} else {
					std::shared_lock<std::shared_mutex> l(sm);
					reads += value >= 0;
				}
			}
		});
	}
	for (auto &t : ts)
		t.join();
	std::cout << value << ' ' << reads << ' ' << onces << '\n';
	std::timed_mutex tm;
	tm.lock();
	std::thread([&] { std::cout << tm.try_lock_for(std::chrono::milliseconds(5)) << '\n'; }).join();
	std::unique_lock<std::mutex> l(m);
	std::cout << (cv.wait_for(l, std::chrono::milliseconds(5)) == std::cv_status::timeout) << '\n';
	std::cout << (std::thread::hardware_concurrency() > 0) << '\n';
	return 0;
}
