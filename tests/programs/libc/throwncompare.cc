// Exceptions that a comparison throws through qsort() and bsearch().
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

static int compare(const void *a, const void *b)
{
	if (*static_cast<const int *>(a) == 13)
		throw std::runtime_error("thirteen");
	return *static_cast<const int *>(a) - *static_cast<const int *>(b);
}

int main()
{
	int a[] = { 5, 3, 13, 1 };

	try {
		qsort(a, 4, sizeof *a, compare);
	} catch (std::exception &e) {
		printf("%s\n", e.what());
	}
	try {
		bsearch(a, a, 4, sizeof *a, [](const void *, const void *) -> int { throw 7; });
	} catch (int i) {
		printf("%d\n", i);
	}
	return 0;
}
