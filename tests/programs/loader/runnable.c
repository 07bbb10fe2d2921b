// A program whose only library beside libc could be run itself.
#include <stdio.h>

int answer(void);

int main(void)
{
	printf("%d\n", answer());
	return 0;
}
