package companions

import (
	"errors"
	"path"
	"slices"
	"strings"
	"sync"

	"uk.example/internal/elffile"
	"uk.example/manifest"
)

// uses says what the files of an image do that needs further files.
type uses struct {
	zones   bool // local time
	locales bool // a locale other than C
	// staticLocales: the same by a glibc inside a static program
	staticLocales bool
	charsets      []string        // host paths of the files that convert between character sets
	users         bool            // names of users, hosts and services, in glibc by modules
	data          map[string]bool // files that the program names, or that the functions which it imports read
	backtrace     bool            // glibc's unwinder: libgcc_s.so.1
	unwind        bool            // the same, only in glibc itself: threads are ended from outside
	leaks         string          // guest path of a sanitizer's runtime that looks for leaks
	glibc         string          // host path of the C library in the image, "" if there is none
}

// marks says what the import of a function shows.
var marks = sync.OnceValue(func() map[string]func(*uses) {
	marks := map[string]func(*uses){}
	mark := func(set func(*uses), names string) {
		for _, n := range strings.Fields(names) {
			marks[n] = set
		}
	}
	mark(func(u *uses) { u.zones = true }, "localtime localtime_r mktime timelocal ctime ctime_r tzset __tzset timezone tzname daylight __timezone __tzname __daylight")
	mark(func(u *uses) { u.locales = true }, "setlocale newlocale __newlocale _ZNSt6localeC1EPKc _ZNSt6localeC2EPKc")
	mark(func(u *uses) { u.users = true }, `getpwnam getpwnam_r getpwuid getpwuid_r getpwent getpwent_r getgrnam getgrnam_r getgrgid getgrgid_r getgrent
		getgrent_r getgrouplist initgroups getspnam getspnam_r gethostbyname gethostbyname_r gethostbyname2
		gethostbyname2_r gethostbyaddr gethostbyaddr_r gethostent gethostent_r getnetgrent innetgr`)
	mark(func(u *uses) { u.users = true; u.wants("/etc/networks") }, "getnetbyname getnetbyname_r getnetbyaddr getnetbyaddr_r getnetent getnetent_r")
	mark(func(u *uses) { u.users = true; u.wants("/etc/rpc") }, "getrpcbyname getrpcbyname_r getrpcbynumber getrpcbynumber_r getrpcent getrpcent_r")
	mark(func(u *uses) { u.users = true; u.wants("/etc/services", "/etc/protocols") }, `getaddrinfo getnameinfo getservbyname getservbyname_r getservbyport getservbyport_r
		getservent getservent_r getprotobyname getprotobyname_r getprotobynumber getprotobynumber_r getprotoent getprotoent_r`)
	mark(func(u *uses) { u.backtrace = true }, "backtrace __backtrace")
	mark(func(u *uses) { u.unwind = true }, "pthread_cancel pthread_exit thrd_exit")
	return marks
})

// readUses reads the ELF files among entries.
func readUses(entries []manifest.Entry) (uses, error) {
	var u uses
	for i := range entries {
		e := &entries[i]
		if e.Host == "" || e.Dir || e.Link != "" || e.Data != nil {
			continue
		}
		f, err := elffile.Open(e.Host)
		if errors.Is(err, elffile.ErrNotELF) || errors.Is(err, elffile.ErrMachine) {
			continue
		}
		if err != nil {
			continue // symbols tells what is wrong with it
		}
		err = u.file(f, e)
		f.Close()
		if err != nil {
			return u, err
		}
	}
	return u, nil
}

func (u *uses) file(f *elffile.File, e *manifest.Entry) error {
	if path.Base(e.Guest) != "libc.so.6" { // which has names that nobody may ask for
		if err := u.named(f); err != nil {
			return err
		}
	}
	if f.IsStatic() {
		return u.static(f)
	}
	if path.Base(e.Guest) == "libc.so.6" {
		u.glibc = e.Host
		return nil
	}
	syms, err := f.Symbols()
	if err != nil {
		return err
	}
	// Programs that come to libstdc++'s own uses import its functions for that.
	if f.Dynamic != nil && strings.HasPrefix(f.Dynamic.Soname, "libstdc++.so.") {
		return nil
	}
	for i := range syms {
		s := &syms[i]
		if s.Name == "__lsan_is_turned_off" { // a weak reference of the runtime
			u.leaks = e.Guest
		}
		if set := marks()[s.Name]; set != nil && s.Undefined() {
			set(u)
		}
		if s.Name == "iconv_open" && s.Undefined() && f.Dynamic != nil && slices.Contains(f.Dynamic.Needed, "libc.so.6") { // musl has its own
			u.charsets = append(u.charsets, e.Host)
		}
	}
	return u.golang(f)
}

// static looks for the names of the files in a program that has its C library
// inside.
func (u *uses) static(f *elffile.File) error {
	if f.Section(".go.buildinfo") != nil {
		return u.golang(f)
	}
	has, err := f.HasTexts("/etc/localtime", "/usr/lib/locale")
	u.zones, u.staticLocales = u.zones || has[0], u.staticLocales || has[1]
	return err
}

// golang: Go's package time, which most programs hold, is its own reader of zones. One that looks up
// zones by names of its own gets all, unless it brings them (package time/tzdata); the names are those of the
// table of functions.
func (u *uses) golang(f *elffile.File) error {
	if f.Section(".go.buildinfo") == nil {
		return nil
	}
	u.zones = true
	has, err := f.HasTexts("\x00time.LoadLocation\x00", "\x00time/tzdata.loadFromEmbeddedTZData\x00")
	if has[0] && !has[1] {
		u.wants(allZones)
	}
	return err
}
