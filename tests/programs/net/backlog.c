/* backlog PORT: closes a listener while connections wait at it, once it is told to by the first one, and listens anew. */
#include "show.h"

static int listener(int port)
{
	int l = socket(AF_INET, SOCK_STREAM, 0);

	option(l, SOL_SOCKET, SO_REUSEADDR, 1);
	if (bind_to(l, "0.0.0.0", port) || listen(l, 128)) {
		say("listen", -1);
		exit(1);
	}
	return l;
}

int main(int argc, char **argv)
{
	char b[16];
	int l = listener(atoi(argv[1])), first = accept(l, NULL, NULL);

	if (read(first, b, sizeof(b)) != 5)
		say("the first connection", -1);
	close(l);
	l = listener(atoi(argv[1]));
	if (write(first, "again", 5) != 5)
		say("write", -1);
	int c = accept(l, NULL, NULL);
	if (c < 0 || write(c, "hello", 5) != 5)
		say("the second listener", -1);
	return 0;
}
