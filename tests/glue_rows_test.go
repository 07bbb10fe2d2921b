package tests

import "slices"

// glueRows are programs whose output shows whether names and structures that
// only glibc has behave as there (kernel/glue).
func glueRows() []program {
	fortified := []string{"-O2", "-D_FORTIFY_SOURCE=2"}
	return append([]program{
		{name: "glue-texts", build: c("glue/texts.c", fortified...)},
		{name: "glue-options", build: c("glue/options.c", fortified...)},
		{name: "glue-seeds", build: c("glue/seeds.c", fortified...)},
		{name: "glue-formats", build: c("glue/formats.c", fortified...)},
		{name: "glue-trees", build: c("glue/trees.c", fortified...)},
		{name: "glue-contexts", build: c("glue/contexts.c", fortified...), status: 3},
		{name: "glue-overflow", build: c("glue/overflow.c", fortified...), status: 134, startsWith: true},
		{name: "glue-mutexes", build: c("glue/mutexes.c")},
		{name: "glue-mathnew", build: c("glue/mathnew.c")},
	}, slices.Concat(libcExactRows(), namesRows(), sanitizerRows())...)
}
