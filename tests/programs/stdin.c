/* Standard input line by line to its end. */
#include <stdio.h>
#include <string.h>

int main(void)
{
	char line[256];
	int n = 0;

	while (fgets(line, sizeof line, stdin)) {
		line[strcspn(line, "\n")] = 0;
		printf("%d <%s>\n", ++n, line);
	}
	printf("end of input: %d, error: %d\n", feof(stdin) != 0, ferror(stdin) != 0);
	return 0;
}
