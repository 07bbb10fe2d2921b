// Memory of libc and libstdc++ goes through the wrappers of libwrapmalloc.so (wrapmalloc.cc).
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

extern "C" int mallocs, callocs, reallocs, frees;

int main()
{
	int m = mallocs, f = frees;
	free(strdup("x"));
	printf("strdup: %d malloc, %d free\n", mallocs - m, frees - f);
	m = mallocs, f = frees;
	delete new int(5);
	printf("new: %d malloc, %d free\n", mallocs - m, frees - f);
	m = mallocs, f = frees;
	{
		std::vector<std::string> v(3, std::string(100, 'x'));
	}
	printf("strings: %d malloc, %d free\n", mallocs - m, frees - f);
	char *line = nullptr;
	if (asprintf(&line, "%0200d", 1) != 200)
		return 1;
	m = reallocs;
	line = (char *)realloc(line, 300);
	printf("realloc %d, calloc %d, %zu\n", reallocs - m, calloc(3, 5) != nullptr, strlen(line));
	m = callocs;
	void *zeroed = calloc(1, 300000);
	printf("calloc %d\n", callocs - m);
	free(zeroed);
	free(line);
	return 0;
}
