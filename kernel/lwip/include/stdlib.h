/* lwIP's netif.c finds interfaces by their names with it, which nobody here asks for. */
static inline int atoi(const char *s)
{
	int n = 0;

	for (; *s >= '0' && *s <= '9'; s++)
		n = n * 10 + *s - '0';
	return n;
}
