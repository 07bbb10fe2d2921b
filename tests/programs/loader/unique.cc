// One copy of an inline function's static variable in the program, whoever brings it (STB_GNU_UNIQUE).
#include <dlfcn.h>
#include <cstdio>

inline int &number()
{
	static int n = 1;
	return n;
}

#ifdef LIBRARY
extern "C" int *where() { return &number(); }
#else
int main()
{
	int *w[2] = {};
	for (int i = 0; i < 2; i++) {
		void *h = dlopen(i ? "libsecond.so" : "libfirst.so", RTLD_NOW);
		if (!h)
			return puts(dlerror()), 1;
		w[i] = reinterpret_cast<int *(*)()>(dlsym(h, "where"))();
		*w[i] += 1;
		std::printf("closed %d\n", dlclose(h));
	}
	std::printf("the same %d, value %d\n", w[0] == w[1], *w[0]);
#ifdef USES
	std::printf("mine too %d\n", &number() == w[0]);
#endif
	return 0;
}
#endif
