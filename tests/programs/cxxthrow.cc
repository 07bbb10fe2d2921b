// The library of cxxexceptions.cc.
#include "cxxthrow.h"

#include <cstdio>

struct Local {
	~Local() { std::printf("library's local gone\n"); }
};

void throw_custom(const char *text, int code)
{
	throw Custom(text, code);
}

void call_back(void (*f)(int))
{
	Local l;
	for (int i = 0; i < 3; i++)
		f(i);
}

int Derived::id() const { return 11; }
Base *make_derived() { return new Derived; }
int identify(const Base &b) { return b.id(); }
