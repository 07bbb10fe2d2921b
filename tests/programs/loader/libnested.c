static int apply(int (*f)(int), int x) { return f(x); }

int nested(int k)
{
	int in(int x) { return x + k; }
	return apply(in, 100);
}
