/* shut PORT N: a server that says "hi" to N clients, and ends each connection first. */
#include "show.h"

int main(int argc, char **argv)
{
	int s = socket(AF_INET, SOCK_STREAM, 0);

	if (bind_to(s, "0.0.0.0", atoi(argv[1])) || listen(s, 16)) {
		say("bind", -1);
		return 1;
	}
	for (int n = atoi(argv[2]); n--;) {
		int c = accept(s, NULL, NULL);
		send(c, "hi", 2, 0);
		close(c);
	}
	printf("done\n");
	return 0;
}
