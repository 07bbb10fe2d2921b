// A shared object in C++ with a main(): exceptions, static objects, streams.
#include <iostream>
#include <stdexcept>
#include <string>

struct Noisy {
	Noisy() { std::cout << "made" << std::endl; }
	~Noisy() { std::cout << "gone" << std::endl; }
} noisy;

int main(int argc, char **argv)
{
	try {
		throw std::runtime_error(std::string("thrown ") + (argc > 1 ? argv[1] : ""));
	} catch (const std::exception &e) {
		std::cout << e.what() << std::endl;
	}
	static Noisy late;
	exit(5);
}
