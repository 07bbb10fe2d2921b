/* Pattern -> tree: alternatives, sequences, repetitions. GNU's reading of what POSIX leaves open. */
#include <ctype.h>
#include "regex.h"

#define REPEAT_MAX 0x7fff
#define MOST_TREES (1 << 21)	/* then the pattern takes too much memory */
#define MOST_NESTED 5000

static struct tree *alternatives(struct parser *, int nest);

struct tree *uk_re_tree(struct parser *p, int type, struct tree *left, struct tree *right)
{
	struct tree *t = p->trees++ < MOST_TREES ? uk_re_alloc(&p->scratch, sizeof *t) : NULL;

	if (!t) {
		p->err = REG_ESPACE;
		return NULL;
	}
	*t = (struct tree){ .type = type, .left = left, .right = right };
	if (left)
		left->parent = t;
	if (right)
		right->parent = t;
	return t;
}

/* The pattern's character at a place; folded, as the subject's will be. */
unsigned uk_re_pattern_char(struct parser *p, int at, int *len)
{
	return uk_re_fold(uk_re_decode(p->s + at, p->len - at, p->utf8, len), p->icase, p->utf8, p->translate);
}

static void anchor(struct token *t, unsigned around)
{
	t->type = T_ANCHOR;
	t->c = around;
}

/* After a backslash. */
static int escaped(struct parser *p, struct token *t, size_t syntax)
{
	int len = 1, gnu = !(syntax & RE_NO_GNU_OPS), limited = !!(syntax & RE_LIMITED_OPS);
	unsigned c;

	if (p->at + 1 >= p->len) {
		*t = (struct token){ T_BACKSLASH, '\\' };
		return 1;
	}
	c = uk_re_decode(p->s + p->at + 1, p->len - p->at - 1, p->utf8, &len);	/* not folded in GNU's either, if single */
	if (len > 1 || c & RAW_BYTE)
		c = uk_re_fold(c, p->icase, p->utf8, p->translate);
	*t = (struct token){ T_CHAR, c };
	switch (c) {
	case '|': if (!limited && !(syntax & RE_NO_BK_VBAR)) t->type = T_ALT; break;
	case '1' ... '9': if (!(syntax & RE_NO_BK_REFS)) *t = (struct token){ T_BACKREF, c - '1' }; break;
	case '<': if (gnu) anchor(t, PREV_NOTWORD | NEXT_WORD); break;
	case '>': if (gnu) anchor(t, PREV_WORD | NEXT_NOTWORD); break;
	case 'b': if (gnu) anchor(t, 'b' << 8); break;
	case 'B': if (gnu) anchor(t, 'B' << 8); break;
	case 'w': if (gnu) t->type = T_WORD; break;
	case 'W': if (gnu) t->type = T_NOTWORD; break;
	case 's': if (gnu) t->type = T_SPACE; break;
	case 'S': if (gnu) t->type = T_NOTSPACE; break;
	case '`': if (gnu) anchor(t, PREV_BEGIN); break;
	case '\'': if (gnu) anchor(t, NEXT_END); break;
	case '(': if (!(syntax & RE_NO_BK_PARENS)) t->type = T_OPEN; break;
	case ')': if (!(syntax & RE_NO_BK_PARENS)) t->type = T_CLOSE; break;
	case '+': if (!limited && syntax & RE_BK_PLUS_QM) t->type = T_PLUS; break;
	case '?': if (!limited && syntax & RE_BK_PLUS_QM) t->type = T_QUESTION; break;
	case '{': if (syntax & RE_INTERVALS && !(syntax & RE_NO_BK_BRACES)) t->type = T_OPEN_BRACE; break;
	case '}': if (syntax & RE_INTERVALS && !(syntax & RE_NO_BK_BRACES)) t->type = T_CLOSE_BRACE; break;
	}
	return 1 + len;
}

static int peek(struct parser *, struct token *, size_t syntax);

/* Whether $ is an anchor here. */
static int dollar(struct parser *p, size_t syntax)
{
	struct token next;

	if (syntax & RE_CONTEXT_INDEP_ANCHORS || p->at + 1 == p->len)
		return 1;
	p->at++;
	peek(p, &next, syntax);
	p->at--;
	return next.type == T_ALT || next.type == T_CLOSE;
}

static int caret(struct parser *p, size_t syntax)
{
	if (syntax & (RE_CONTEXT_INDEP_ANCHORS | RE_CARET_ANCHORS_HERE) || !p->at)
		return 1;
	return syntax & RE_NEWLINE_ALT && p->s[p->at - 1] == '\n';
}

/* The token at p->at goes to *t, its length is the result. */
static int peek(struct parser *p, struct token *t, size_t syntax)
{
	int len, limited = !!(syntax & RE_LIMITED_OPS);

	if (p->at >= p->len) {
		*t = (struct token){ T_END };
		return 0;
	}
	if (p->s[p->at] == '\\')
		return escaped(p, t, syntax);
	*t = (struct token){ T_CHAR, uk_re_pattern_char(p, p->at, &len) };
	switch (t->c) {
	case '\n': if (syntax & RE_NEWLINE_ALT) t->type = T_ALT; break;
	case '|': if (!limited && syntax & RE_NO_BK_VBAR) t->type = T_ALT; break;
	case '*': t->type = T_STAR; break;
	case '+': if (!limited && !(syntax & RE_BK_PLUS_QM)) t->type = T_PLUS; break;
	case '?': if (!limited && !(syntax & RE_BK_PLUS_QM)) t->type = T_QUESTION; break;
	case '{': if (syntax & RE_INTERVALS && syntax & RE_NO_BK_BRACES) t->type = T_OPEN_BRACE; break;
	case '}': if (syntax & RE_INTERVALS && syntax & RE_NO_BK_BRACES) t->type = T_CLOSE_BRACE; break;
	case '(': if (syntax & RE_NO_BK_PARENS) t->type = T_OPEN; break;
	case ')': if (syntax & RE_NO_BK_PARENS) t->type = T_CLOSE; break;
	case '[': t->type = T_BRACKET; break;
	case '.': t->type = T_PERIOD; break;
	case '^': if (caret(p, syntax)) anchor(t, PREV_NEWLINE); break;
	case '$': if (dollar(p, syntax)) anchor(t, NEXT_NEWLINE); break;
	}
	return len;
}

static void fetch(struct parser *p, size_t more)
{
	p->at += peek(p, &p->token, p->syntax | more);
}

static struct tree *leaf(struct parser *p, int type, unsigned c)
{
	struct tree *t = uk_re_tree(p, type, NULL, NULL);

	if (t)
		t->c = c;
	return t;
}

/* A number of {n,m}: -1 if there is none, -2 if it is not one. */
static int number(struct parser *p)
{
	int n = -1;

	for (;;) {
		fetch(p, 0);
		if (p->token.type == T_END)
			return -2;
		if (p->token.type == T_CLOSE_BRACE || p->token.c == ',')
			return n;
		if (p->token.type != T_CHAR || p->token.c < '0' || p->token.c > '9' || n == -2)
			n = -2;
		else
			n = n < 0 ? (int)p->token.c - '0' : n * 10 + (int)p->token.c - '0';
		if (n > REPEAT_MAX + 1)
			n = REPEAT_MAX + 1;
	}
}

/* A copy of a tree, without recursion: sequences are deep. */
static struct tree *copy(struct parser *p, const struct tree *from)
{
	struct tree *root = NULL, **link = &root, *up = NULL;
	const struct tree *t = from;

	for (;;) {
		struct tree *c = uk_re_tree(p, t->type, NULL, NULL);

		if (!c)
			return NULL;
		c->optional = t->optional;
		c->set = t->set;
		c->parent = up;
		*link = c;
		up = c;
		if (t->left) {
			t = t->left;
			link = &up->left;
			continue;
		}
		const struct tree *last = NULL;
		while (t->right == last || !t->right) {
			last = t;
			if (t == from)
				return root;
			t = t->parent;
			up = up->parent;
		}
		t = t->right;
		link = &up->right;
	}
}

static void mark_optional(struct tree *root, int group)
{
	struct tree *t = root, *last = NULL;

	for (;;) {	/* preorder */
		if (t->type == GROUP && t->group == group)
			t->optional = 1;
		if (t->left) {
			t = t->left;
			continue;
		}
		last = NULL;
		while (t->right == last || !t->right) {
			last = t;
			if (t == root)
				return;
			t = t->parent;
		}
		t = t->right;
	}
}

/* x{n,m} is n times x and then (((x?)x)?x)?; without end it is n times x and x*. */
static struct tree *repeat(struct parser *p, struct tree *x, int from, int to)
{
	struct tree *t, *must = NULL;

	if (!x || (from == 0 && to == 0))
		return NULL;
	if (from > 0) {
		must = x;
		for (int i = 2; i <= from; i++) {
			x = copy(p, x);
			must = x ? uk_re_tree(p, CONCAT, must, x) : NULL;
			if (!must)
				return NULL;
		}
		if (from == to)
			return must;
		if (!(x = copy(p, x)))
			return NULL;
	}
	if (x->type == GROUP)
		mark_optional(x, x->group);
	t = uk_re_tree(p, to < 0 ? LOOP : FORK, x, NULL);
	for (int i = from + 2; t && i <= to; i++) {
		x = copy(p, x);
		t = x ? uk_re_tree(p, CONCAT, t, x) : NULL;
		t = t ? uk_re_tree(p, FORK, t, NULL) : NULL;
	}
	return t && must ? uk_re_tree(p, CONCAT, must, t) : t;
}

/* The repetition that p->token begins; 0 if its braces turn out to be ordinary characters. */
static int repetition(struct parser *p, struct tree **t)
{
	int from, to, at = p->at;
	struct token first = p->token;

	if (p->token.type == T_OPEN_BRACE) {
		to = 0;
		from = number(p);
		if (from == -1) {
			if (p->token.type != T_CHAR || p->token.c != ',') {
				p->err = REG_BADBR;
				return 1;
			}
			from = 0;
		}
		if (from != -2)
			to = p->token.type == T_CLOSE_BRACE ? from : p->token.type == T_CHAR && p->token.c == ',' ? number(p) : -2;
		if (from == -2 || to == -2) {
			if (p->syntax & RE_INVALID_INTERVAL_ORD) {
				p->at = at;
				p->token = first;
				p->token.type = T_CHAR;
				return 0;
			}
			p->err = p->token.type == T_END ? REG_EBRACE : REG_BADBR;
			return 1;
		}
		if ((to != -1 && from > to) || p->token.type != T_CLOSE_BRACE)
			p->err = REG_BADBR;
		else if ((to == -1 ? from : to) > REPEAT_MAX)
			p->err = REG_ESIZE;
		if (p->err)
			return 1;
	} else {
		from = p->token.type == T_PLUS;
		to = p->token.type == T_QUESTION ? 1 : -1;
	}
	fetch(p, 0);
	*t = repeat(p, *t, from, to);
	return 1;
}

static struct tree *group(struct parser *p, int nest)
{
	int number = p->groups++;
	struct tree *t = NULL;

	fetch(p, RE_CARET_ANCHORS_HERE);
	if (p->token.type != T_CLOSE) {
		if (nest > MOST_NESTED)
			p->err = REG_ESPACE;
		else
			t = alternatives(p, nest);
		if (!p->err && p->token.type != T_CLOSE)
			p->err = REG_EPAREN;
		if (p->err)
			return NULL;
	}
	if (number < 9)
		p->completed |= 1u << number;
	t = uk_re_tree(p, GROUP, t, NULL);
	if (t)
		t->group = number;
	return t;
}

static struct tree *anchored(struct parser *p)
{
	unsigned c = p->token.c;
	struct tree *a, *b;

	if (c == 'b' << 8) {
		a = leaf(p, ANCHOR, PREV_NOTWORD | NEXT_WORD);
		b = leaf(p, ANCHOR, PREV_WORD | NEXT_NOTWORD);
	} else if (c == 'B' << 8) {
		a = leaf(p, ANCHOR, PREV_WORD | NEXT_WORD);
		b = leaf(p, ANCHOR, PREV_NOTWORD | NEXT_NOTWORD);
	} else {
		return leaf(p, ANCHOR, c);
	}
	return a && b ? uk_re_tree(p, FORK, a, b) : NULL;
}

static struct tree *fail(struct parser *p, int err)
{
	p->err = err;
	return NULL;
}

static struct tree *expression(struct parser *p, int nest)
{
	struct tree *t = NULL;
	struct token k = p->token;

	switch (k.type) {
	case T_OPEN:
		t = group(p, nest + 1);
		break;
	case T_BRACKET:
		t = uk_re_bracket(p);
		break;
	case T_BACKREF:
		if (!(p->completed >> k.c & 1))
			return fail(p, REG_ESUBREG);
		p->used |= 1u << k.c;
		p->backrefs++;
		t = leaf(p, BACKREF, k.c);
		break;
	case T_OPEN_BRACE:
		if (p->syntax & RE_CONTEXT_INVALID_DUP)
			return fail(p, REG_BADRPT);
		/* fall through */
	case T_STAR: case T_PLUS: case T_QUESTION:
		if (p->syntax & RE_CONTEXT_INVALID_OPS)
			return fail(p, REG_BADRPT);
		if (p->syntax & RE_CONTEXT_INDEP_OPS) {
			fetch(p, 0);
			return expression(p, nest);
		}
		t = leaf(p, CHAR, k.c);
		break;
	case T_CLOSE:
		if (!(p->syntax & RE_UNMATCHED_RIGHT_PAREN_ORD))
			return fail(p, REG_ERPAREN);
		/* fall through */
	case T_CLOSE_BRACE: case T_CHAR:
		t = leaf(p, CHAR, k.c);
		break;
	case T_ANCHOR:
		t = anchored(p);
		fetch(p, 0);
		return t;	/* no repetition: ^* is an anchor and a star, or an error */
	case T_PERIOD:
		t = leaf(p, ANY, 0);
		break;
	case T_WORD: case T_NOTWORD:
		t = uk_re_class_operator(p, "alnum", "_", k.type == T_NOTWORD);
		break;
	case T_SPACE: case T_NOTSPACE:
		t = uk_re_class_operator(p, "space", "", k.type == T_NOTSPACE);
		break;
	case T_ALT: case T_END:
		return NULL;
	case T_BACKSLASH:
		return fail(p, REG_EESCAPE);
	}
	if (p->err)
		return NULL;
	fetch(p, 0);
	while (p->token.type == T_STAR || p->token.type == T_PLUS || p->token.type == T_QUESTION || p->token.type == T_OPEN_BRACE) {
		if (!repetition(p, &t))
			return t;
		if (p->err)
			return NULL;
		if (p->syntax & RE_CONTEXT_INVALID_DUP && (p->token.type == T_STAR || p->token.type == T_OPEN_BRACE))
			return fail(p, REG_BADRPT);
	}
	return t;
}

static int ends_branch(struct parser *p, int nest)
{
	return p->token.type == T_ALT || p->token.type == T_END || (nest && p->token.type == T_CLOSE);
}

static struct tree *sequence(struct parser *p, int nest)
{
	struct tree *t = expression(p, nest);

	while (!p->err && !ends_branch(p, nest)) {
		struct tree *x = expression(p, nest);

		if (!p->err)
			t = t && x ? uk_re_tree(p, CONCAT, t, x) : t ? t : x;
	}
	return p->err ? NULL : t;
}

static struct tree *alternatives(struct parser *p, int nest)
{
	unsigned before = p->completed;
	struct tree *t = sequence(p, nest), *branch;

	while (!p->err && p->token.type == T_ALT) {
		branch = NULL;
		fetch(p, RE_CARET_ANCHORS_HERE);
		if (!ends_branch(p, nest)) {
			unsigned so_far = p->completed;

			p->completed = before;	/* a back reference cannot refer to another branch */
			branch = sequence(p, nest);
			p->completed |= so_far;
		}
		if (!p->err)
			t = uk_re_tree(p, FORK, t, branch);
	}
	return p->err ? NULL : t;
}

/* The whole pattern, ended by END. NULL if p->err. */
struct tree *uk_re_parse(struct parser *p)
{
	struct tree *t, *end;

	fetch(p, RE_CARET_ANCHORS_HERE);
	t = alternatives(p, 0);
	if (p->err)
		return NULL;
	end = leaf(p, END, 0);
	return end && t ? uk_re_tree(p, CONCAT, t, end) : end;
}
