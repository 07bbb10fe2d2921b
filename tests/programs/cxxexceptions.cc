// Exceptions through shared libraries: types that match by name, rethrowing,
// exception_ptr, nested ones, destructors on the way, dynamic_cast, typeid.
#include <cstdio>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <typeinfo>

#include "cxxthrow.h"

struct Guard {
	const char *name;
	explicit Guard(const char *n) : name(n) {}
	~Guard() { std::printf("guard %s gone\n", name); }
};

struct Mine : Base {
	int id() const override { return 77; }
};

static void callback(int n)
{
	Guard g("in callback");
	if (n == 2)
		throw std::out_of_range("from the program");
}

static void nested(const std::exception &e, int level)
{
	std::printf("%*s%s\n", level * 2, "", e.what());
	try {
		std::rethrow_if_nested(e);
	} catch (const std::exception &inner) {
		nested(inner, level + 1);
	}
}

int main()
{
	try {
		Guard g("main");
		throw_custom("thrown in the library", 5);
	} catch (const Custom &e) {
		std::printf("custom %s %d\n", e.what(), e.code);
	}
	try {
		call_back(callback);
	} catch (const std::out_of_range &e) {
		std::printf("through the library: %s\n", e.what());
	}
	std::exception_ptr p;
	try {
		throw_custom("kept", 6);
	} catch (...) {
		p = std::current_exception();
	}
	try {
		std::rethrow_exception(p);
	} catch (const std::runtime_error &e) {
		std::printf("rethrown as %s\n", e.what());
	}
	try {
		try {
			throw std::logic_error("inner");
		} catch (...) {
			std::throw_with_nested(std::runtime_error("outer"));
		}
	} catch (const std::exception &e) {
		nested(e, 0);
	}
	std::unique_ptr<Base> b(make_derived());
	Mine mine;
	std::printf("dynamic_cast %d %d, typeid equal %d\n", dynamic_cast<Derived *>(b.get()) != nullptr,
		dynamic_cast<Derived *>(static_cast<Base *>(&mine)) != nullptr, typeid(*b) == typeid(Derived));
	std::printf("virtual calls %d %d\n", b->id(), identify(mine));
	int caught = 0;
	for (int i = 0; i < 2000; i++) {
		try {
			throw_custom("again", i);
		} catch (const Custom &e) {
			caught += e.code == i;
		}
	}
	std::printf("caught %d\n", caught);
	try {
		throw 42;
	} catch (int v) {
		std::printf("int %d, uncaught %d\n", v, std::uncaught_exceptions());
	}
	return 0;
}
