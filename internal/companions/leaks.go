package companions

import (
	"slices"
	"strings"
)

// leakVars hold options of the sanitizers' runtimes that look for leaks.
// AddressSanitizer reads both, the second last.
var leakVars = []string{"ASAN_OPTIONS", "LSAN_OPTIONS"}

// leaks turns off the search for leaks at a program's end: it forks a tracer,
// and where that fails it ends the program before stdio has written all.
func (im *image) leaks() error {
	if im.uses.leaks == "" {
		return nil
	}
	var set []string
	for _, v := range leakVars {
		set = append(set, im.env(v)...)
	}
	if slices.ContainsFunc(set, func(s string) bool { return strings.Contains(s, "detect_leaks") }) {
		return nil
	}
	w := im.uses.leaks + " looks for leaks by fork and ptrace, which the kernel lacks: "
	if len(im.env("LSAN_OPTIONS")) > 0 {
		im.warn = append(im.warn, w+"add detect_leaks=0 to LSAN_OPTIONS")
		return nil
	}
	im.m.App.Env = append(im.m.App.Env, "LSAN_OPTIONS=detect_leaks=0")
	im.warn = append(im.warn, w+"LSAN_OPTIONS=detect_leaks=0 is set")
	return nil
}
