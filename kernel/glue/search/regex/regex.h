/*
 * GNU's regular expressions: leftmost-longest as POSIX has it, with GNU's
 * operators, syntax bits and choice of submatches.
 *
 *   parse.c, bracket.c   pattern -> tree
 *   build.c              tree -> nodes of an NFA
 *   input.c              characters of the subject, their context
 *   match.c              where a match from a given start ends, longest first
 *   backrefs.c           the same for patterns with back references, by search
 *   registers.c          submatches of a match whose ends are known
 *   regcomp.c, gnu.c, bsd.c   POSIX's, GNU's and 4.2BSD's functions
 *
 * GNU walks from the match's start to its known end and takes at each fork the
 * node with the lower number from which the end can be reached. Nodes are
 * numbered in the tree's postorder, so that "(|a)" prefers a; numbering and
 * edges here are the same, and so are submatches.
 */
#ifndef REGEX_REGEX_H
#define REGEX_REGEX_H

#include <stddef.h>
#include <features.h>

/* Bits of GNU's reg_syntax_t that are looked at here. */
enum {
	RE_BACKSLASH_ESCAPE_IN_LISTS = 1 << 0,
	RE_BK_PLUS_QM = 1 << 1,
	RE_CHAR_CLASSES = 1 << 2,
	RE_CONTEXT_INDEP_ANCHORS = 1 << 3,
	RE_CONTEXT_INDEP_OPS = 1 << 4,
	RE_CONTEXT_INVALID_OPS = 1 << 5,
	RE_DOT_NEWLINE = 1 << 6,
	RE_DOT_NOT_NULL = 1 << 7,
	RE_HAT_LISTS_NOT_NEWLINE = 1 << 8,
	RE_INTERVALS = 1 << 9,
	RE_LIMITED_OPS = 1 << 10,
	RE_NEWLINE_ALT = 1 << 11,
	RE_NO_BK_BRACES = 1 << 12,
	RE_NO_BK_PARENS = 1 << 13,
	RE_NO_BK_REFS = 1 << 14,
	RE_NO_BK_VBAR = 1 << 15,
	RE_NO_EMPTY_RANGES = 1 << 16,
	RE_UNMATCHED_RIGHT_PAREN_ORD = 1 << 17,
	RE_NO_GNU_OPS = 1 << 19,
	RE_INVALID_INTERVAL_ORD = 1 << 21,
	RE_ICASE = 1 << 22,
	RE_CARET_ANCHORS_HERE = 1 << 23,
	RE_CONTEXT_INVALID_DUP = 1 << 24,
	RE_NO_SUB = 1 << 25,
};

enum {
	REG_NOERROR, REG_NOMATCH, REG_BADPAT, REG_ECOLLATE, REG_ECTYPE, REG_EESCAPE, REG_ESUBREG, REG_EBRACK,
	REG_EPAREN, REG_EBRACE, REG_BADBR, REG_ERANGE, REG_ESPACE, REG_BADRPT, REG_EEND, REG_ESIZE, REG_ERPAREN,
};

enum { REG_EXTENDED = 1, REG_ICASE = 2, REG_NEWLINE = 4, REG_NOSUB = 8 };	/* regcomp() */
enum { REG_NOTBOL = 1, REG_NOTEOL = 2, REG_STARTEND = 4 };			/* regexec() */

/* What GNU's headers call regex_t and struct re_pattern_buffer. */
struct pattern {
	struct program *program;
	size_t allocated, used;
	size_t syntax;
	char *fastmap;
	unsigned char *translate;
	size_t groups;
	unsigned can_be_null : 1, regs_allocated : 2, fastmap_accurate : 1, no_sub : 1, not_bol : 1, not_eol : 1, newline_anchor : 1;
};
_Static_assert(sizeof(struct pattern) == 64 && offsetof(struct pattern, groups) == 48, "GNU's regex_t");

struct span {
	int start, end;
};

/* GNU's struct re_registers. */
struct registers {
	unsigned count;
	int *start, *end;
};

/* What must hold around a place for an anchor to match there. */
enum {
	PREV_WORD = 1, PREV_NOTWORD = 2, PREV_NEWLINE = 4, PREV_BEGIN = 8,
	NEXT_WORD = 16, NEXT_NOTWORD = 32, NEXT_NEWLINE = 64, NEXT_END = 128,
};

enum node_type { CHAR, ANY, SET, BACKREF, FORK, LOOP, OPEN, CLOSE, ANCHOR, END, /* of the tree only: */ CONCAT, GROUP };

#define RAW_BYTE 0x80000000u	/* a byte of the subject that begins no character */

/* A bracket expression, or \w and its like. */
struct set {
	unsigned bytes[8];	/* a bit per single-byte character, inversion done */
	int inverted;		/* of what follows, for multibyte characters */
	int nranges, nclasses;
	struct { unsigned from, to; } *ranges;
	unsigned long *classes;
};

struct node {
	unsigned char type, optional;	/* optional: a GROUP that may be repeated or absent */
	int next[2];			/* -1 is none; consuming nodes have one */
	union {
		unsigned c;
		int group;		/* counted from 0 */
		unsigned around;
		struct set *set;
	};
};

struct arena {
	struct chunk *chunks;
	size_t used;
};

struct program {
	struct node *nodes;
	int n, start, ngroups;
	int utf8, backrefs;
	int has_map;
	int *map;			/* group -> the group that has its submatch */
	unsigned char first[32];	/* bytes that a match can begin with */
	int may_be_empty;
	struct arena arena;		/* of sets and map */
};

struct tree {
	unsigned char type, optional;
	int node;
	union {
		unsigned c;
		int group;
		unsigned around;
		struct set *set;
	};
	struct tree *left, *right, *parent, *first, *next;
};

enum token_type {
	T_CHAR, T_END, T_ALT, T_BACKREF, T_ANCHOR, T_WORD, T_NOTWORD, T_SPACE, T_NOTSPACE, T_OPEN, T_CLOSE,
	T_STAR, T_PLUS, T_QUESTION, T_OPEN_BRACE, T_CLOSE_BRACE, T_BRACKET, T_PERIOD, T_BACKSLASH,
};

struct token {
	enum token_type type;
	unsigned c;		/* also a back reference's group, an anchor's condition */
};

struct parser {
	const unsigned char *s;
	int len, at;
	size_t syntax;
	const unsigned char *translate;
	int utf8, icase;
	int groups, backrefs;
	unsigned completed, used;	/* bit per group 0..8 */
	int depth, trees;
	struct arena scratch;		/* trees */
	struct arena *keep;		/* sets */
	struct token token;
	int err;
};

/* The subject of a match. */
struct subject {
	const struct program *p;
	const struct pattern *re;
	const unsigned char *s;
	int len, stop, eflags, icase;	/* a match ends at stop or before; what is behind that counts for anchors */
	const unsigned char *translate;
	size_t syntax;
};

/* arena.c */
hidden void *uk_re_alloc(struct arena *, size_t);
hidden void uk_re_release(struct arena *);
/* parse.c, bracket.c */
hidden struct tree *uk_re_parse(struct parser *);
hidden struct tree *uk_re_tree(struct parser *, int type, struct tree *left, struct tree *right);
hidden struct tree *uk_re_bracket(struct parser *);
hidden struct tree *uk_re_class_operator(struct parser *, const char *class, const char *more, int inverted);
hidden unsigned uk_re_pattern_char(struct parser *, int at, int *len);
/* build.c */
hidden int uk_re_build(struct program *, struct parser *, struct tree *, int no_sub);
/* input.c */
hidden unsigned uk_re_decode(const unsigned char *, int left, int utf8, int *len);
hidden unsigned uk_re_fold(unsigned c, int icase, int utf8, const unsigned char *translate);
hidden unsigned uk_re_char(const struct subject *, int at, int *len);
hidden int uk_re_consumes(const struct subject *, const struct node *, unsigned c);
hidden int uk_re_around(const struct subject *, int at, unsigned around);
/* match.c */
hidden int uk_re_search(const struct subject *, int start, int last, int nspans, struct span *);
/* backrefs.c, registers.c */
hidden int uk_re_longest_backrefs(const struct subject *, int start, int any, int *end);
hidden int uk_re_registers_backrefs(const struct subject *, int start, int end, int n, struct span *);
hidden int uk_re_registers(const struct subject *, int start, int end, int plain, int n, struct span *);
hidden void uk_re_step(const struct node *, int at, int n, struct span *, struct span *prev);
/* compile.c */
hidden int uk_re_compile(struct pattern *, const char *, size_t len, size_t syntax);
hidden void uk_re_free_program(struct pattern *);
/* regerror.c */
hidden const char *uk_re_text(int err);
/* what programs call */
extern size_t re_syntax_options;
int regexec(const struct pattern *restrict, const char *restrict, size_t, struct span *restrict, int flags);

#endif
