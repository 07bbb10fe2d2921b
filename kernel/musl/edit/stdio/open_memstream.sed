# The size is told of at a flush, and is no more than the position.
s/ = \*sizep = 0;$/ = 0;/
s/^\treturn c->pos = base\+off;$/\tc->pos = base+off;\
	*c->sizep = c->pos < c->len ? c->pos : c->len;\
	return c->pos;/
