// thread_local objects: made on first use, destroyed in reverse order at the
// end of their thread, the main thread's before static objects.
#include <cstdio>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

struct Traced {
	std::string name;
	explicit Traced(const char *n) : name(n) { std::printf("made %s\n", n); }
	~Traced() { std::printf("gone %s\n", name.c_str()); }
	void touch() {}
};

static Traced still("static");
thread_local Traced first("first");
thread_local Traced second("second");

static void use()
{
	static Traced once("function static");
	first.touch();
	second.touch();
}

int main()
{
	use();
	for (int i = 0; i < 2; i++) {
		std::printf("thread %d\n", i);
		std::thread(use).join();
	}
	std::puts("leaving main");
	return 0;
}
