// What cxxexceptions.cc and its library share.
#pragma once
#include <stdexcept>
#include <string>

struct Custom : std::runtime_error {
	int code;
	Custom(const std::string &text, int c) : std::runtime_error(text), code(c) {}
};

struct Base {
	virtual ~Base() = default;
	virtual int id() const = 0;
};

struct Derived : Base {
	int id() const override;
};

void throw_custom(const char *text, int code);
void call_back(void (*f)(int));
Base *make_derived();
int identify(const Base &b);
