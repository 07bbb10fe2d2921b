package symbols

import (
	"slices"
	"strings"
)

// fastParts are functions of the C library that the kit has in a larger and faster form, each behind a root uk_fast_NAME,
// and the imports that call for it: the function's own name, second names, and functions that spend their time in it.
var fastParts = []struct {
	root  string
	names []string
}{
	{"uk_fast_malloc", []string{"malloc", "calloc", "realloc", "reallocarray", "posix_memalign", "aligned_alloc", "memalign"}},
	{"uk_fast_memchr", []string{"memchr", "strnlen", "__strnlen", "strndup", "__strndup", "getline", "getdelim", "__getdelim", "fgets", "fgets_unlocked", "__fgets_chk"}},
	{"uk_fast_memcmp", []string{"memcmp", "__memcmpeq", "bcmp"}},
	{"uk_fast_memmem", []string{"memmem"}},
	{"uk_fast_memmove", []string{"memcpy", "memmove", "mempcpy", "__mempcpy", "bcopy", "__memcpy_chk", "__memmove_chk", "__mempcpy_chk",
		"wmemcpy", "wmemmove", "wmempcpy", "strcpy", "__strcpy_chk", "realloc"}},
	{"uk_fast_memrchr", []string{"memrchr", "__memrchr"}},
	{"uk_fast_memset", []string{"memset", "bzero", "__bzero", "explicit_bzero", "__memset_chk", "calloc"}},
	{"uk_fast_printf", []string{"fprintf", "vfprintf", "sprintf", "snprintf", "vsprintf", "vsnprintf", "asprintf", "vasprintf", "dprintf", "vdprintf",
		"__fprintf_chk", "__vfprintf_chk", "__sprintf_chk", "__snprintf_chk", "__vsprintf_chk", "__vsnprintf_chk", "__asprintf_chk", "__vasprintf_chk", "__dprintf_chk"}},
	{"uk_fast_stacks", []string{"pthread_join", "thrd_join"}},
	{"uk_fast_strcasecmp", []string{"strcasecmp", "__strcasecmp", "strcasecmp_l", "__strcasecmp_l"}},
	{"uk_fast_strchr", []string{"strchr", "index", "strchrnul", "strtok", "strtok_r", "__strtok_r", "strsep", "__strsep_g"}},
	{"uk_fast_strcmp", []string{"strcmp", "strcoll", "strcoll_l", "__strcoll_l"}},
	{"uk_fast_strcpy", []string{"strcpy", "stpcpy", "__stpcpy", "strcat", "strncpy", "stpncpy", "__stpncpy", "strncat",
		"__strcpy_chk", "__stpcpy_chk", "__strcat_chk", "__strncpy_chk", "__stpncpy_chk", "__strncat_chk"}},
	{"uk_fast_strcspn", []string{"strcspn", "strpbrk", "strtok", "strtok_r", "__strtok_r", "strsep", "__strsep_g"}},
	{"uk_fast_strlen", []string{"strlen", "strdup", "__strdup", "fputs", "strcpy", "__strcpy_chk", "strcat", "__strcat_chk"}},
	{"uk_fast_strncasecmp", []string{"strncasecmp", "strncasecmp_l", "__strncasecmp_l"}},
	{"uk_fast_strncmp", []string{"strncmp"}},
	{"uk_fast_strnlen", []string{"strnlen", "__strnlen"}},
	{"uk_fast_strrchr", []string{"strrchr", "rindex"}},
	{"uk_fast_strspn", []string{"strspn", "strtok", "strtok_r", "__strtok_r"}},
	{"uk_fast_strstr", []string{"strstr"}},
	{"uk_fast_wcschr", []string{"wcschr"}},
	{"uk_fast_wcslen", []string{"wcslen"}},
	{"uk_fast_wmemchr", []string{"wmemchr", "wcsnlen"}},
	{"uk_fast_wmemcmp", []string{"wmemcmp"}},
	{"uk_fast_wmemset", []string{"wmemset"}},
}

// withFast are functions that those of a root call most.
var withFast = map[string][]string{
	"uk_fast_printf": {"uk_fast_memmove", "uk_fast_memset", "uk_fast_memchr"},
	"uk_fast_strcpy": {"uk_fast_memmove", "uk_fast_memset", "uk_fast_strlen", "uk_fast_memchr"},
	"uk_fast_strstr": {"uk_fast_memmem", "uk_fast_memchr", "uk_fast_strlen"},
}

// FastParts gives the roots of the faster forms of what the files import.
func FastParts(files []File) []string {
	var out []string
	for _, p := range fastParts {
		if slices.ContainsFunc(files, func(f File) bool {
			return slices.ContainsFunc(p.names, func(n string) bool { _, found := slices.BinarySearch(f.Symbols, n); return found })
		}) {
			out = append(append(out, p.root), withFast[p.root]...)
		}
	}
	if slices.Contains(out, "uk_fast_malloc") && slices.ContainsFunc(files, func(f File) bool {
		return slices.ContainsFunc(mallocCounts, func(n string) bool { return slices.Contains(f.Symbols, n) })
	}) {
		out = append(out, "uk_fast_statistics")
	}
	if slices.ContainsFunc(files, registersPrintf) {
		out = slices.DeleteFunc(out, func(root string) bool { return root == "uk_fast_printf" })
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// registersPrintf reports whether the file may add conversions to printf's: that has a vfprintf of its own.
func registersPrintf(f File) bool {
	return slices.ContainsFunc(slices.Concat(f.Symbols, f.Constants), func(n string) bool { return strings.HasPrefix(n, "register_printf_") })
}

// mallocCounts are functions that count what the allocator has: each allocator has its own.
var mallocCounts = []string{"__libc_mallinfo", "mallinfo", "mallinfo2", "malloc_info", "malloc_stats", "malloc_trim"}
