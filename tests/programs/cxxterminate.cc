// An exception that nobody catches: std::terminate, 128 + SIGABRT.
#include <cstdio>
#include <stdexcept>

int main()
{
	std::puts("before");
	std::fflush(stdout);
	throw std::runtime_error("nobody listens");
}
