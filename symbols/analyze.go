package symbols

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"

	"uk.example/internal/badoption"
	"uk.example/internal/elffile"
)

// DLSymMode says what to do about names that a program looks up with dlsym.
type DLSymMode string

// The modes of --dlsym.
const (
	DLSymAuto DLSymMode = "auto" // warn, and offer exported names among a file's constants
	DLSymWarn DLSymMode = "warn" // warn only
	DLSymOff  DLSymMode = "off"  // neither
)

// ParseDLSymMode parses the value of --dlsym; "" is DLSymAuto.
func ParseDLSymMode(s string) (DLSymMode, error) {
	switch m := DLSymMode(s); m {
	case "":
		return DLSymAuto, nil
	case DLSymAuto, DLSymWarn, DLSymOff:
		return m, nil
	}
	return "", fmt.Errorf("dlsym mode %q: use auto, warn or off", s)
}

// An Input is one file of an image. It need not be an ELF file.
type Input struct {
	Guest string // absolute path in the image
	Host  string // file on the host
	// Opened says that it is a library which the program may open while it runs: names without a version that
	// nobody defines are those of a program that opens it, and matter when they are called.
	Opened bool
}

// Options say how Analyze decides.
type Options struct {
	// Exported is what the kernel can offer. With nil the kernel offers
	// nothing: the image brings its own C library (libc=image).
	Exported *Exported
	DLSym    DLSymMode // "" means DLSymAuto
	// Symbols are offered by hand, from the manifest's [kernel] symbols=.
	Symbols []string
	// Blocks are offered as they are, without a look at Exported: what
	// the kernel's own loadable parts need.
	Blocks []Block
	// Open opens an input, and returns nil for what is no ELF file; nil: the
	// file on the host.
	Open func(Input) (*ELF, error)
	// Memo has what analyses with the same Exported found in the host's files before, and gets what this one finds; nil: nothing is kept.
	Memo *Memo
}

// ELF is an ELF file that was opened, by [OpenELF]. It is to be closed.
type ELF = elffile.File

// A File is what one ELF file needs.
type File struct {
	Guest string `json:"guest"`
	Host  string `json:"host"`
	// Symbols are the exported names that the file refers to, sorted:
	// undefined dynamic symbols and those with copy relocations.
	Symbols []string `json:"symbols"`
	// Lookup names the function of the dlsym family that the file imports.
	Lookup string `json:"lookup,omitempty"`
	// Constants are the exported names among the constant strings of a
	// file with Lookup, sorted, less those in Symbols.
	Constants []string `json:"constants,omitempty"`
	Soname    string   `json:"soname,omitempty"`
	Interp    string   `json:"interp,omitempty"`
	Needed    []string `json:"needed,omitempty"`
	Static    bool     `json:"static,omitempty"` // needs no dynamic loader
	// ErrorTexts says that the file's data holds printf's conversion %m, whose
	// texts are a good part of a small kernel.
	ErrorTexts bool `json:"error_texts,omitempty"`
	// ExecStack says that the file wants an executable stack (PT_GNU_STACK).
	ExecStack bool `json:"exec_stack,omitempty"`
	// Floats says that the file may print floating point values.
	Floats bool `json:"floats,omitempty"`
	// Sanitizer says that the file holds the runtime of AddressSanitizer or one like it.
	Sanitizer bool `json:"sanitizer,omitempty"`
	// holds are the texts in the file's data that a Difference asks for.
	holds []string
	// Loader lists the parts of a dynamic linker that loading the file needs, as
	// [LoaderTLS], beyond what every program does.
	Loader []string `json:"loader,omitempty"`
	// PTY says that the file may open pseudoterminals.
	PTY bool `json:"pty,omitempty"`
	// Families are the address families of the sockets that the file makes through the C library's
	// functions, sorted; [AnyFamily] alone: not all are constants.
	Families []int `json:"families,omitempty"`
	// Groups says that the file may set the options about groups of datagrams by the C library's setsockopt().
	Groups bool `json:"groups,omitempty"`
	// Unused are functions of the C library that the file imports and never
	// calls. They are not among the Symbols: what calls them leads nowhere.
	Unused []string `json:"unused,omitempty"`
	// Replaces are the functions that the file defines and that the C library
	// calls wherever they are, sorted.
	Replaces []string `json:"replaces,omitempty"`
}

// A Missing symbol is one that neither the kernel offers nor a library of the
// image defines.
type Missing struct {
	File    string `json:"file"` // guest path of the file that wants it
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
	Library string `json:"library,omitempty"` // soname that the version is of
	Weak    bool   `json:"weak,omitempty"`    // the file works without it
}

func (m Missing) String() string {
	s := m.Name
	if m.Version != "" {
		s += "@" + m.Version
	}
	if m.Library != "" {
		s += " (" + m.Library + ")"
	}
	return s
}

// A MissingLibrary is a DT_NEEDED entry that nothing in the image satisfies.
type MissingLibrary struct {
	File string `json:"file"` // guest path
	Name string `json:"name"`
}

// A Result is what the ELF files of an image need.
type Result struct {
	Files     []File           `json:"files"` // in input order
	Missing   []Missing        `json:"missing,omitempty"`
	Libraries []MissingLibrary `json:"missing_libraries,omitempty"`
	// Differences from glibc that files meet, each name once.
	Differences []FileDifference `json:"differences,omitempty"`
	// Warnings are single lines for the user.
	Warnings []string `json:"warnings,omitempty"`
	byHand   []string
	memo     *Memo
	blocks   []Block
}

// Analyze reads the ELF files among inputs; files that are not x86-64 ELF are
// left out. A malformed ELF file is an error. What is missing is in the
// Result, and Result.Err makes an error of it.
func Analyze(inputs []Input, opt Options) (*Result, error) {
	mode := opt.DLSym
	if mode == "" {
		mode = DLSymAuto
	}
	r := &Result{byHand: slices.Clone(opt.Symbols), blocks: opt.Blocks, memo: opt.Memo}
	slices.Sort(r.byHand)
	r.byHand = slices.Compact(r.byHand)
	for _, s := range r.byHand {
		if opt.Exported != nil && !opt.Exported.Has(s) {
			return nil, badoption.Errorf("Symbols", "symbol %q, added by hand, is in no list of exported symbols: check its spelling", s)
		}
	}
	// Pass 1: read every file. Then refs holds every reference that the
	// kernel does not satisfy and defs what the image defines.
	open := opt.Open
	if open == nil {
		open = func(in Input) (*ELF, error) { return OpenELF(in.Host) }
	}
	img := image{defs: make(map[string][]string), libs: make(map[string]bool)}
	for _, in := range inputs {
		f, err := open(in)
		if err != nil {
			return nil, err
		}
		if f == nil {
			continue
		}
		err = r.addFile(in, f, opt.Exported, mode, &img)
		f.Close()
		if err != nil {
			return nil, err
		}
	}
	// Pass 2: what the image itself does not satisfy either is missing.
	seen := make(map[Missing]bool)
	for _, m := range img.refs {
		if !img.defines(m.Name, m.Version) && !seen[m] {
			seen[m] = true
			r.Missing = append(r.Missing, m)
		}
	}
	for _, l := range img.needed {
		if !img.libs[l.Name] && !img.libs[path.Base(l.Name)] && !opt.Exported.HasSoname(l.Name) && !img.isMusl(l.Name) {
			r.Libraries = append(r.Libraries, l)
		}
	}
	r.leaveToImage(opt.Exported, &img)
	r.findDifferences(opt.Exported, &img)
	return r, nil
}

// image is what the files of an image refer to and define.
type image struct {
	refs   []Missing           // candidates
	defs   map[string][]string // name to versions, "" for none
	libs   map[string]bool     // sonames and base names
	needed []MissingLibrary    // candidates
}

// isMusl reports whether a name is one of musl's C library, which is in the image as its loader.
func (img *image) isMusl(name string) bool {
	return img.libs["ld-musl-x86_64.so.1"] && (name == "libc.so" || name == muslSoname)
}

// defines reports whether a definition satisfies a reference, as a loader
// decides: a definition without a version satisfies every reference, and a
// reference without one takes every definition.
func (img *image) defines(name, version string) bool {
	vs, ok := img.defs[name]
	return ok && (version == "" || slices.Contains(vs, version) || slices.Contains(vs, ""))
}

// addFile reads one file into r and img.
func (r *Result) addFile(in Input, f *elffile.File, exp *Exported, mode DLSymMode, img *image) error {
	out := File{Guest: in.Guest, Host: in.Host, Interp: f.Interp, Static: f.IsStatic(), ExecStack: f.ExecutableStack(), Symbols: []string{}}
	if d := f.Dynamic; d != nil {
		out.Soname, out.Needed = d.Soname, d.Needed
		img.libs[d.Soname] = true
		img.libs[path.Base(in.Guest)] = true
		for _, n := range d.Needed {
			img.needed = append(img.needed, MissingLibrary{in.Guest, n})
		}
	}
	if out.Static || f.Dynamic == nil {
		var err error
		if out.PTY, err = asksForPTY(f, out.Soname, nil); err != nil {
			return err
		}
		r.Files = append(r.Files, out) // no loader ever binds its symbols
		return nil
	}
	syms, err := f.Symbols()
	if err != nil {
		return err
	}
	copies, err := f.CopySymbols()
	if err != nil {
		return err
	}
	musl := usesMusl(out.Needed)
	var versioned, memalign bool
	var undefined []string
	want := func(s *elffile.Symbol) {
		if s.Name == "" {
			return
		}
		if name, ok := exp.lookup(s.Name, musl); ok {
			out.Symbols = append(out.Symbols, name)
		} else {
			img.refs = append(img.refs, Missing{in.Guest, s.Name, s.Version, s.Library, s.Weak() || in.Opened && s.Version == ""})
		}
		versioned = versioned || s.Name == "dlvsym"
		if (s.Name == "dlsym" || s.Name == "dlvsym") && out.Lookup != "dlsym" {
			out.Lookup = s.Name
		}
	}
	copied := make(map[uint32]bool, len(copies))
	for i := range copies {
		s := copies[i]
		copied[s.Index] = true
		want(&s)
	}
	for i := range syms {
		s := &syms[i]
		switch {
		case s.Undefined():
			want(s)
			undefined = append(undefined, s.Name)
		case s.Exported() && !copied[s.Index]:
			img.defs[s.Name] = append(img.defs[s.Name], s.Version)
			memalign = memalign || s.Name == "__libc_memalign"
			if replaceable(s.Name) {
				out.Replaces = append(out.Replaces, s.Name)
			}
		}
	}
	out.Sanitizer = versioned && memalign && !musl
	slices.Sort(out.Replaces)
	out.Replaces = slices.Compact(out.Replaces)
	slices.Sort(out.Symbols)
	out.Symbols = slices.Compact(out.Symbols)
	if exp != nil {
		if out.Unused, err = unusedImports(f, out.Symbols); err != nil {
			return err
		}
		out.Symbols = slices.DeleteFunc(out.Symbols, func(s string) bool { return slices.Contains(out.Unused, s) })
	}
	if out.PTY, err = asksForPTY(f, out.Soname, undefined); err != nil {
		return err
	}
	made, err := kept(r.memo, in.Host, "sockets", func() (sockets, error) { return findSockets(f, undefined) })
	if err != nil {
		return err
	}
	out.Families, out.Groups = made.Families, made.Groups
	if out.holds, err = exp.holds(f, out.Symbols, musl); err != nil {
		return err
	}
	if !out.Static {
		if out.Loader, err = loaderParts(f); err != nil {
			return err
		}
		if out.ErrorTexts, err = f.HasConversion("m"); err != nil {
			return err
		}
		if out.Floats, err = printsFloats(f, out.Symbols); err != nil {
			return err
		}
	}
	if out.Lookup != "" && mode != DLSymOff {
		if err := r.lookup(f, &out, exp, mode); err != nil {
			return err
		}
	}
	r.Files = append(r.Files, out)
	return nil
}

// replaceable reports whether glibc itself calls the function through its PLT,
// so that a program's own takes its place for libc too.
func replaceable(name string) bool {
	switch name {
	case "malloc", "calloc", "realloc", "free":
		return true
	}
	return false
}

// sanitizerLookup is what the runtimes of AddressSanitizer, ThreadSanitizer and
// LeakSanitizer ask glibc's loader for, and call without a look at the answer.
const sanitizerLookup = "_dl_get_tls_static_info"

// askers are texts of programs that look up names which no file of the image has, and why that is a
// difference: which names, only their data tells.
var askers = []struct{ text, words string }{
	{"cdata<%s>: %p", "it has the names that files of the image want, and LuaJIT's scripts name others"},
	{"Missing required foreign symbol '%s'", "it has the names that files of the image want, and SBCL's core names others"},
}

// asks notes whether a file that imports dlsym is one of these.
func (r *Result) asks(f *elffile.File, out *File) error {
	var texts []string
	for _, a := range askers {
		texts = append(texts, a.text)
	}
	has, err := f.HasTexts(texts...)
	for i, a := range askers {
		if has[i] {
			r.Differences = append(r.Differences, FileDifference{out.Guest, Difference{Name: out.Lookup, Words: a.words}})
		}
	}
	return err
}

// lookup handles a file that imports dlsym.
func (r *Result) lookup(f *elffile.File, out *File, exp *Exported, mode DLSymMode) error {
	if mode == DLSymAuto && exp != nil {
		if err := r.asks(f, out); err != nil {
			return err
		}
		names, err := kept(r.memo, out.Host, "constants", func() ([]string, error) {
			return f.ConstStrings(func(b []byte) bool { return exp.hasBytes(b) || string(b) == sanitizerLookup })
		})
		if err != nil {
			return err
		}
		names = slices.DeleteFunc(slices.Clone(names), func(n string) bool {
			if n == sanitizerLookup {
				r.Differences = append(r.Differences, FileDifference{out.Guest, Difference{Name: n, Words: "it has none, and sanitizers call it unasked"}})
			}
			return n == sanitizerLookup
		})
		musl := usesMusl(out.Needed)
		for _, n := range names {
			if strings.HasPrefix(n, muslPrefix) {
				continue // a name between builder and loader
			}
			n, _ = exp.lookup(n, musl)
			if _, has := slices.BinarySearch(out.Symbols, n); !has {
				out.Constants = append(out.Constants, n)
			}
		}
	}
	w := fmt.Sprintf("%s: uses %s() and may look up symbols that its symbol table does not list", out.Guest, out.Lookup)
	switch {
	case mode == DLSymAuto && len(out.Constants) > 0:
		w += fmt.Sprintf("; %d found among its constants are offered", len(out.Constants))
	case mode == DLSymAuto:
		w += "; none was found among its constants"
	}
	r.Warnings = append(r.Warnings, w+"; add others with [kernel] symbols=")
	return nil
}

// OpenELF opens the file at name, or returns nil if it is not an x86-64 ELF
// file or not a regular file.
func OpenELF(name string) (*ELF, error) {
	osf, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0) // a pipe may have come in a file's place
	if err != nil {
		return nil, err
	}
	st, err := osf.Stat()
	if err != nil || !st.Mode().IsRegular() {
		osf.Close()
		return nil, err
	}
	var magic [4]byte
	if n, err := osf.ReadAt(magic[:], 0); !elffile.IsELF(magic[:n]) {
		osf.Close()
		if err == io.EOF {
			err = nil
		}
		return nil, err
	}
	osf.Close()
	f, err := elffile.Open(name)
	if errors.Is(err, elffile.ErrMachine) || errors.Is(err, elffile.ErrNotELF) {
		return nil, nil
	}
	return f, err
}

// Script returns the version script of the result: a block for each ELF file
// with a dynamic symbol table, comments with the differences from glibc,
// what was added by hand, then constants that may be looked up.
func (r *Result) Script() *Script {
	s, constants := r.scripts()
	s.Blocks = append(s.Blocks, constants...)
	return s
}

// Certain returns the script without what is only guessed to be looked up, and
// those names that it lacks then, sorted: a link that cannot offer one of them is to go on.
func (r *Result) Certain() (s *Script, guessed []string) {
	s, constants := r.scripts()
	certain := s.Globals()
	guessed = slices.DeleteFunc((&Script{constants}).Globals(), func(n string) bool {
		_, has := slices.BinarySearch(certain, n)
		return has
	})
	return s, guessed
}

func (r *Result) scripts() (s *Script, constants []Block) {
	s = &Script{Blocks: slices.Clone(r.blocks)}
	for i := range r.Files {
		f := &r.Files[i]
		if f.Static {
			continue
		}
		s.Blocks = append(s.Blocks, Block{f.Guest, f.Symbols})
		if len(f.Constants) > 0 {
			constants = append(constants, Block{f.Guest + " (constants that " + f.Lookup + " may look up)", f.Constants})
		}
	}
	for _, d := range r.Differences {
		s.Blocks = append(s.Blocks, Block{fmt.Sprintf("%s: not as in glibc: %s", d.File, d), nil})
	}
	if len(r.byHand) > 0 {
		s.Blocks = append(s.Blocks, Block{"[kernel] symbols", r.byHand})
	}
	return s, constants
}

// maxReported is the number of missing symbols that an error message shows.
const maxReported = 10

// A MissingError says that files of the image cannot be bound.
type MissingError struct {
	Symbols   []Missing // none is weak
	Libraries []MissingLibrary
}

func (e *MissingError) Error() string {
	var parts []string
	for _, l := range e.Libraries {
		parts = append(parts, fmt.Sprintf("%s needs the library %s, which is not in the image: add it to the manifest", l.File, l.Name))
	}
	byFile := make(map[string][]string)
	var files []string
	for _, m := range e.Symbols {
		if byFile[m.File] == nil {
			files = append(files, m.File)
		}
		byFile[m.File] = append(byFile[m.File], m.String())
	}
	for _, f := range files {
		ss, more := byFile[f], ""
		if len(ss) > maxReported {
			more = fmt.Sprintf(" and %d more (uk symbols lists them)", len(ss)-maxReported)
			ss = ss[:maxReported]
		}
		parts = append(parts, fmt.Sprintf("%s wants %s%s, which neither the kernel nor a library in the image defines", f, strings.Join(ss, ", "), more))
	}
	if len(files) > 0 {
		parts[len(parts)-1] += ": add such a library, or bring the host's C library with libc=image (--libc image)"
	}
	return strings.Join(parts, "; ")
}

// Err returns a *MissingError if a library or a symbol that is not weak is
// missing, else nil.
func (r *Result) Err() error {
	e := &MissingError{Libraries: r.Libraries}
	for _, m := range r.Missing {
		if !m.Weak {
			e.Symbols = append(e.Symbols, m)
		}
	}
	if e.Symbols == nil && e.Libraries == nil {
		return nil
	}
	return e
}
