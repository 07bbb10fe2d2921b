// The test checks the lists of this folder, and makes them:
//
//	go test ./exported_symbols -update        after a change of the kit
//	go test ./exported_symbols -update-glibc  where a newer glibc is installed
//
// A name is in a glibc library's list when a glibc exports it from that
// library (_glibc/SONAME.names, read from an installed one, plus names of newer
// ones added by hand) and the kit defines it. musl's list holds all of its
// public names. The lists are input of the linker, so the input here, an
// archive of the kit, is trusted.

package exportedsymbols

import (
	"bytes"
	"debug/elf"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var (
	update      = flag.Bool("update", false, "rewrite the lists from the kit")
	updateGlibc = flag.Bool("update-glibc", false, "add what the installed glibc exports to _glibc/*.names")
)

const kitDir = "../build/kit/x64"

// muslSoname has the names that programs built against musl may use.
const muslSoname = "libc.musl-x86_64.so.1"

var sonames = []string{
	"ld-linux-x86-64.so.2", "libc.so.6", "libcrypt.so.1", "libdl.so.2", "libm.so.6",
	"libpthread.so.0", "libresolv.so.2", "librt.so.1", "libutil.so.1",
}

// x64Only are names that only this architecture's libraries have.
var x64Only = regexp.MustCompile(`^(_*arch_prctl|iopl|ioperm|modify_ldt|_dl_x86_.*|__x86_.*)$`)

// fromKernel are the names that the kernel itself offers to programs: its
// dynamic linker. Whatever else its code calls its functions is its own.
var fromKernel = regexp.MustCompile(`^(dl[a-z]+1?|dl_iterate_phdr|_dl_.*|__tls_get_addr|_r_debug|_rtld_.*|__libc_stack_end|__rseq_.*)$`)

// private are names of the kit that no program may see.
var private = regexp.MustCompile(`^(__muslown_|__copyvar_|__uk_|uk_|sys_|systab_|drv_)`)

// moved says which library had a name of libc.so.6 before glibc 2.34.
var moved = []struct {
	soname string
	names  *regexp.Regexp
}{
	{"libdl.so.2", regexp.MustCompile(`^dl(addr1?|close|error|info|mopen|open|sym|vsym)$`)},
	{"librt.so.1", regexp.MustCompile(`^(_*(aio|mq|timer|shm)_.*|lio_listio(64)?)$`)},
	{"libutil.so.1", regexp.MustCompile(`^(openpty|forkpty|login_tty|login|logout|logwtmp)$`)},
	{"libpthread.so.0", regexp.MustCompile(`^(_*pthread_.*|sem_.*|__errno_location|_*(accept|close|connect|fcntl|fork|fsync|lseek(64)?|msync|nanosleep|open(64)?|pause|pread(64)?|pwrite(64)?|raise|read|recv|recvfrom|recvmsg|send|sendmsg|sendto|sigaction|sigwait|system|tcdrain|vfork|wait|waitpid|write)|flockfile|ftrylockfile|funlockfile|sigwaitinfo|sigtimedwait|tgkill|call_once|(cnd|mtx|thrd|tss)_.*|__h_errno_location|__res_state|__libc_current_sigrt(min|max))$`)},
}

func TestLists(t *testing.T) {
	if *updateGlibc {
		if err := readInstalledGlibc(); err != nil {
			t.Fatal(err)
		}
	}
	want, err := derive()
	if err != nil {
		t.Fatal(err)
	}
	notes := map[string]map[string]string{}
	for name := range want {
		if notes[name], err = annotations(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	}
	if *update {
		for name, list := range want {
			if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, annotated(list, notes[name]), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	have, err := filepath.Glob("*.symbols")
	if err != nil {
		t.Fatal(err)
	}
	x64, _ := filepath.Glob("x64/*.symbols")
	for _, name := range append(have, x64...) {
		if want[filepath.ToSlash(name)] == nil {
			t.Errorf("%s: no library of this name has a symbol in the kit; remove the file", name)
		}
	}
	for name, list := range want {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Errorf("%v; run go test ./exported_symbols -update", err)
			continue
		}
		if bytes.Equal(b, annotated(list, notes[name])) {
			continue
		}
		listed := namesOf(b)
		for _, s := range listed {
			if !slices.Contains(list, s) {
				t.Errorf("%s: %s is listed and no part of the kit defines it for programs", name, s)
			}
		}
		for _, s := range list {
			if !slices.Contains(listed, s) {
				t.Errorf("%s: %s is public in the kit and not listed; run go test ./exported_symbols -update", name, s)
			}
		}
		if !t.Failed() {
			t.Errorf("%s is not sorted, or has a name twice; run go test ./exported_symbols -update", name)
		}
	}
}

// Names that programs need first of all: a list that lost one is broken whatever else agrees.
func TestEssentials(t *testing.T) {
	for file, names := range map[string]string{
		"libc.so.6.symbols": `__libc_start_main __cxa_finalize __stack_chk_fail __printf_chk __isoc99_sscanf __isoc23_strtoul fopen64
			stdout environ __errno_location __ctype_b_loc __cxa_thread_atexit_impl pthread_create dlopen dlsym dl_iterate_phdr
			__newlocale __strftime_l __pthread_key_create malloc_usable_size arc4random getcontext strlcpy`,
		"libm.so.6.symbols":             "sin pow exp10 fmaximum sincosf __finite __exp_finite sinf32 lgamma_r",
		"libpthread.so.0.symbols":       "pthread_create pthread_mutex_lock sem_wait",
		"libdl.so.2.symbols":            "dlopen dlsym dlvsym dladdr",
		"librt.so.1.symbols":            "timer_create shm_open",
		"ld-linux-x86-64.so.2.symbols":  "__tls_get_addr",
		"libcrypt.so.1.symbols":         "crypt",
		"libresolv.so.2.symbols":        "ns_get16",
		"libutil.so.1.symbols":          "openpty",
		"libc.musl-x86_64.so.1.symbols": "__libc_start_main printf __musl_regexec regexec dlopen",
		"x64/libc.so.6.symbols":         "arch_prctl",
	} {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Error(err)
			continue
		}
		listed := namesOf(b)
		for _, n := range strings.Fields(names) {
			if !slices.Contains(listed, n) {
				t.Errorf("%s lacks %s", file, n)
			}
		}
	}
}

// annotations returns what a list says of its names besides that they exist:
// " ! words", or " with OTHER ! words".
func annotations(file string) (map[string]string, error) {
	b, err := os.ReadFile(file)
	notes := map[string]string{}
	for line := range strings.Lines(string(b)) {
		if name, note, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			notes[name] = " " + note
		}
	}
	return notes, err
}

func namesOf(list []byte) []string {
	var names []string
	for line := range strings.Lines(string(list)) {
		name, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		names = append(names, name)
	}
	return names
}

func annotated(list []string, notes map[string]string) []byte {
	var b bytes.Buffer
	for _, n := range list {
		fmt.Fprintf(&b, "%s%s\n", n, notes[n])
	}
	return b.Bytes()
}

func format(list []string) []byte { return []byte(strings.Join(list, "\n") + "\n") }

// derive makes every list, by file name.
func derive() (map[string][]string, error) {
	defined := map[string]bool{}
	musl := map[string]bool{}
	hidden := map[string]bool{}
	for _, archive := range []string{"libglue.a", "libc.a", "libkernel.a"} {
		names, err := archiveNames(filepath.Join(kitDir, archive), hidden)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%v: run make kit", err)
		} else if err != nil {
			return nil, err
		}
		for n := range names {
			if private.MatchString(n) || archive == "libkernel.a" && !fromKernel.MatchString(n) {
				continue
			}
			defined[n] = true
			// What libc.a defines is musl's, but for the glue's own.
			if archive == "libc.a" {
				musl[n] = true
			}
		}
	}
	// One object that says hidden of a name is enough: a kernel with it could not export the name.
	for n := range hidden {
		delete(defined, n)
		delete(musl, n)
	}
	taken, err := takenOver("../kernel/musl/redefine.txt")
	if err != nil {
		return nil, err
	}
	for _, n := range append(taken, "dlopen", "dlsym", "dlclose", "dlerror", "dladdr", "dlinfo", "dl_iterate_phdr",
		"__tls_get_addr", "_dl_debug_addr", "_dl_debug_state", "__libc_start_main") {
		if defined[n] {
			musl[n] = true
		}
	}

	lists := map[string]map[string]bool{}
	add := func(soname, name string) {
		file := soname + ".symbols"
		if x64Only.MatchString(name) {
			file = "x64/" + file
		}
		if lists[file] == nil {
			lists[file] = map[string]bool{}
		}
		lists[file][name] = true
	}
	for _, soname := range sonames {
		names, err := readNames(soname)
		if err != nil {
			return nil, err
		}
		for _, n := range names {
			if !defined[n] || strings.HasPrefix(n, "__musl_") {
				continue
			}
			add(soname, n)
			if soname != "libc.so.6" {
				continue
			}
			for _, m := range moved {
				if m.names.MatchString(n) {
					add(m.soname, n)
				}
			}
		}
	}
	for n := range musl {
		add(muslSoname, n)
	}
	out := map[string][]string{}
	for file, set := range lists {
		out[file] = slices.Sorted(maps.Keys(set))
	}
	return out, nil
}

func readNames(soname string) ([]string, error) {
	b, err := os.ReadFile(filepath.Join("_glibc", soname+".names"))
	if err != nil {
		return nil, err
	}
	var names []string
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			names = append(names, line)
		}
	}
	return names, nil
}

// takenOver returns the public names of musl that the glue defines in its
// place. Those of the last part were hidden in musl and are not its own.
func takenOver(file string) ([]string, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	text, _, ok := strings.Cut(string(b), "\n# 3.")
	if !ok {
		return nil, fmt.Errorf("%s: the part that begins with \"# 3.\" is missing", file)
	}
	var names []string
	for line := range strings.Lines(text) {
		if f := strings.Fields(line); len(f) == 3 && f[0][0] != '#' {
			names = append(names, f[1])
		}
	}
	return names, nil
}

// archiveNames returns the global names that the objects of an ar archive
// define and that may become dynamic symbols. To hidden it adds those that some
// object defines or refers to as hidden.
func archiveNames(file string, hidden map[string]bool) (map[string]bool, error) {
	names := map[string]bool{}
	return names, eachSymbol(file, func(_ *elf.File, s elf.Symbol) error {
		v := elf.ST_VISIBILITY(s.Other)
		if v == elf.STV_HIDDEN || v == elf.STV_INTERNAL {
			hidden[s.Name] = true
		} else if s.Section != elf.SHN_UNDEF && elf.ST_BIND(s.Info) != elf.STB_LOCAL && s.Name != "" {
			names[s.Name] = true
		}
		return nil
	})
}

// eachSymbol calls fn for every symbol of every object of an ar archive.
func eachSymbol(file string, fn func(*elf.File, elf.Symbol) error) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	const magic, header = "!<arch>\n", 60
	if !bytes.HasPrefix(b, []byte(magic)) {
		return fmt.Errorf("%s: not an archive", file)
	}
	for at := len(magic); at+header <= len(b); {
		size, err := strconv.Atoi(strings.TrimSpace(string(b[at+48 : at+58])))
		if err != nil || at+header+size > len(b) {
			return fmt.Errorf("%s: bad member at offset %d", file, at)
		}
		body := b[at+header : at+header+size]
		at += header + size + size%2
		if !bytes.HasPrefix(body, []byte(elf.ELFMAG)) {
			continue // symbol table, long names
		}
		f, err := elf.NewFile(bytes.NewReader(body))
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		symbols, err := f.Symbols()
		if err != nil && !errors.Is(err, elf.ErrNoSymbols) {
			return fmt.Errorf("%s: %w", file, err)
		}
		for _, s := range symbols {
			if err := fn(f, s); err != nil {
				return fmt.Errorf("%s: %s: %w", file, s.Name, err)
			}
		}
	}
	return nil
}

// readInstalledGlibc adds the names that the installed libraries export.
func readInstalledGlibc() error {
	for _, soname := range sonames {
		f, err := elf.Open(filepath.Join("/lib/x86_64-linux-gnu", soname))
		if err != nil {
			return err
		}
		symbols, err := f.DynamicSymbols()
		f.Close()
		if err != nil {
			return err
		}
		names, err := readNames(soname)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		for _, s := range symbols {
			if s.Section != elf.SHN_UNDEF && elf.ST_BIND(s.Info) != elf.STB_LOCAL && elf.ST_TYPE(s.Info) != elf.STT_NOTYPE &&
				!strings.HasSuffix(s.Name, "_placeholder") && !strings.HasPrefix(s.Name, "GLIBC_") && !strings.HasPrefix(s.Name, "XCRYPT_") {
				names = append(names, s.Name)
			}
		}
		slices.Sort(names)
		head := fmt.Sprintf("# What %s of some glibc exports, default or compatibility version.\n", soname)
		if err := os.WriteFile(filepath.Join("_glibc", soname+".names"), append([]byte(head), format(slices.Compact(names))...), 0o666); err != nil {
			return err
		}
	}
	return nil
}

// Programs call exported functions through pointers too, so each begins with
// ENDBR64, as functions of the program do where its compiler marks them
// (-fcf-protection).
func TestIndirectBranchMarks(t *testing.T) {
	exported := map[string]bool{}
	lists, err := filepath.Glob("*.symbols")
	if err != nil {
		t.Fatal(err)
	}
	x64, _ := filepath.Glob("x64/*.symbols")
	for _, name := range append(lists, x64...) {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range namesOf(b) {
			exported[s] = true
		}
	}
	seen := 0
	for _, archive := range []string{"libc.a", "libglue.a", "libkernel.a"} {
		err := eachSymbol(filepath.Join(kitDir, archive), func(f *elf.File, s elf.Symbol) error {
			if !exported[s.Name] || elf.ST_BIND(s.Info) == elf.STB_LOCAL || int(s.Section) >= len(f.Sections) || f.Sections[s.Section].Flags&elf.SHF_EXECINSTR == 0 {
				return nil
			}
			var code [4]byte
			if _, err := f.Sections[s.Section].ReadAt(code[:], int64(s.Value)); err != nil && err != io.EOF {
				return err
			}
			seen++
			if code != [4]byte{0xf3, 0x0f, 0x1e, 0xfa} {
				t.Errorf("%s: %s does not begin with ENDBR64", archive, s.Name)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if seen < 1000 {
		t.Errorf("only %d functions were looked at", seen)
	}
}
