package linker

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"uk.example/internal/badoption"
	"uk.example/internal/bounded"
	"uk.example/internal/outfile"
	"uk.example/linker/elflink"
)

// Options say what to link.
type Options struct {
	Kit     *Kit
	Profile string // name of a profile of the kit, or path of a profile file
	// Changes of the profile, the later before the earlier: Settings that come
	// from files, then Drivers, options as [ParseDrivers] reads them.
	Settings []Setting
	Drivers  []string

	// The names that stay dynamic symbols. VersionScript is the text of a
	// version script, VersionScriptFile a file to read it from (or, with
	// VersionScript set, its name in messages). Symbols adds to it.
	VersionScript     []byte
	VersionScriptFile string
	Symbols           []string
	// Optional adds names that are only guessed to be wanted: those that the kit
	// lacks, or cannot export, are left out.
	Optional []string
	// Local takes names out of the version script again: those that it has for modules alone, which find
	// them without the dynamic symbol table.
	Local []string

	// Roots are symbols of the kit that the image needs and that stay local,
	// such as exec_dynamic or exec_interp for the loader of dynamic programs.
	Roots []string

	// Modules are modules besides those that drivers are set to.
	Modules []*Module

	Syscalls []string // system calls to answer on the `syscall` instruction; "all" stands for every one
	Output   string   // path of the kernel; kernel.sym and kernel.map.json go beside it

	KeepDebug bool // also leave Output + ".debug", with all symbols
	Force     bool // link even if nothing changed

	// Trace are the system calls, with their numbers, that the kernel tells the runner of (kernel/trace): those that its
	// C library makes, and all raw ones. nil: the kernel has no tracer.
	Trace map[string]int
}

// Result says what was linked.
type Result struct {
	Kernel, SymbolFile, MapFile string // paths
	DebugFile                   string // path, empty without KeepDebug

	SHA256   string // of the kernel, hex
	Size     int64  // of the kernel file, bytes
	Profile  string
	Drivers  []string   // names of those that are built in, sorted
	Warnings []string   // what was said of drivers without effect, one line each
	Symbols  []string   // dynamic symbols, sorted
	Syscalls []string   // sorted
	Modules  *ModuleSet // nil if the image has none
	// Addresses are those of the kernel's symbols that modules or their loader want.
	Addresses map[string]uint64
	Relinked  bool // false: the kernel that was there is up to date
}

// MaxVersionScript bounds the file of a version script, in bytes.
const MaxVersionScript = 16 << 20

// rawEntry is the kernel's function that answers the syscall instruction.
const rawEntry = "raw_syscall"

// linkVersion is part of what decides whether a kernel is up to date. Raise it
// when the same inputs make another kernel.
const linkVersion = 11

// link is the state of one link, filled by the passes in order.
type link struct {
	opt     Options
	res     Result
	script  string // name of the version script for messages
	roots   []root
	matched map[string]bool // symbols that only a pattern or Options.Optional asked for
	traced  map[string]int  // system calls that go through the tracer; nil: none, see trace.go
	image   *elflink.Image
	first   []int  // ID of the first section of each object
	inputs  string // hash over all that decides the result

	driverWhy map[string]string // driver → what selects it
}

// root is a symbol that the link must keep, and what asked for it.
type root struct {
	symbol string
	kind   string // one of the Keep constants
	name   string // what was asked for
	why    string // the same as text
}

// TempPrefix begins the names of folders beside a kernel in which it is linked, see outfile.MakeDir.
const TempPrefix = ".uk-link-"

// noRoom names the folder of a disk that is full, of which a temporary file's name says little.
func (l *link) noRoom(err error) error {
	if errors.Is(err, syscall.EFBIG) {
		return fmt.Errorf("%s: %w (ulimit -f)", l.res.Kernel, syscall.EFBIG)
	}
	for _, full := range []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT} {
		if errors.Is(err, full) {
			return fmt.Errorf("%s: %w: make room there", filepath.Dir(l.res.Kernel), full)
		}
	}
	return err
}

// Link makes a kernel, unless the one at opt.Output was made from the same
// inputs. On an error nothing of an earlier kernel is lost and no partial file
// is left.
func Link(ctx context.Context, opt Options) (*Result, error) {
	l := &link{opt: opt}
	for _, pass := range []func(context.Context) error{
		l.checkOptions,   // output names are set
		l.resolveDrivers, // res.Drivers and their roots are set
		l.resolveCalls,   // res.Syscalls and their roots are set
		l.resolveSymbols, // res.Symbols and their roots are set, every root exists in the kit
		l.hashInputs,     // inputs is set
	} {
		if err := pass(ctx); err != nil {
			return nil, err
		}
	}
	if !opt.Force && l.upToDate() {
		return &l.res, nil
	}
	for _, pass := range []func(context.Context) error{
		l.run,        // image is the kernel; it was checked
		l.findNames,  // res.Addresses is set
		l.writeFiles, // the output is complete
	} {
		if err := pass(ctx); err != nil {
			return nil, l.noRoom(err)
		}
	}
	l.res.Relinked = true
	return &l.res, nil
}

func (l *link) checkOptions(context.Context) error {
	if l.opt.Kit == nil {
		return errors.New("linker: no kit given")
	}
	if l.opt.Output == "" {
		return errors.New("linker: no output file given")
	}
	l.res.Kernel = l.opt.Output
	base := strings.TrimSuffix(l.opt.Output, ".elf")
	l.res.SymbolFile, l.res.MapFile = base+".sym", base+".map.json"
	if l.opt.KeepDebug {
		l.res.DebugFile = l.opt.Output + ".debug"
	}
	for _, f := range []string{l.res.Kernel, l.res.SymbolFile, l.res.MapFile, l.res.DebugFile} {
		if err := outfile.Check(f); err != nil {
			return err
		}
	}
	var err error
	l.traced, err = l.opt.Kit.tracedCalls(l.opt.Trace)
	return err
}

func (l *link) resolveDrivers(context.Context) error {
	p, err := l.opt.Kit.Profile(l.opt.Profile)
	if err != nil {
		return err
	}
	settings := slices.Clone(l.opt.Settings)
	for _, o := range l.opt.Drivers {
		more, err := ParseDrivers(o, "")
		if err != nil {
			return err
		}
		settings = append(settings, more...)
	}
	r, err := l.opt.Kit.Resolve(p, settings)
	if err != nil {
		return err
	}
	l.res.Profile, l.res.Warnings = p.Name, r.Warnings
	l.driverWhy = map[string]string{}
	for _, s := range r.Selected {
		if s.Value == 'm' {
			continue
		}
		l.res.Drivers = append(l.res.Drivers, s.Name)
		// The kit's place is no part of what was asked for.
		l.driverWhy[s.Name] = strings.ReplaceAll(s.Why, filepath.Join(l.opt.Kit.Dir, "profiles")+"/", "")
		if s.Root != "" {
			l.roots = append(l.roots, root{s.Root, KeepDriver, s.Name, "driver " + s.Name})
		}
	}
	l.res.Modules, err = l.opt.Kit.SelectModules(r, l.opt.Modules)
	return err
}

func (l *link) resolveCalls(context.Context) error {
	calls := slices.Clone(l.opt.Syscalls)
	if slices.Contains(calls, "all") {
		calls = l.opt.Kit.SyscallNames()
	}
	slices.Sort(calls)
	calls = slices.Compact(calls)
	for _, c := range calls {
		if _, ok := l.opt.Kit.Syscalls[c]; !ok {
			return badoption.Errorf("Syscalls", "system call %q: the kit %s does not implement it: remove it from the list", c, l.opt.Kit.Dir)
		}
		l.roots = append(l.roots, root{"systab_" + c, KeepSyscall, c, "system call " + c})
	}
	l.res.Syscalls = calls
	return nil
}

func (l *link) resolveSymbols(context.Context) error {
	l.script = l.opt.VersionScriptFile
	text := l.opt.VersionScript
	switch {
	case text == nil && l.script != "":
		var err error
		text, err = bounded.ReadFile(l.script, MaxVersionScript)
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s: no such version script: make one with `uk symbols`, or leave out the option", l.script)
		}
		if err != nil {
			return err
		}
	case l.script == "":
		l.script = "version script"
	}
	have, err := l.opt.Kit.symbolSet()
	if err != nil {
		return err
	}
	names := []string{}
	if text != nil {
		vs, err := parseVersionScript(l.script, text)
		if err != nil {
			return err
		}
		vs.without(l.opt.Optional)
		vs.without(l.opt.Local)
		asked, err := l.opt.Kit.programSymbols()
		if err != nil {
			return err
		}
		if names, l.matched, err = vs.expand(l.script, asked); err != nil {
			return err
		}
	}
	for _, s := range l.opt.Symbols {
		if !have.Has(s) {
			return badoption.Errorf("Symbols", "symbol %q: the kit %s does not define it", s, l.opt.Kit.Dir)
		}
		names = append(names, s)
	}
	for _, s := range l.opt.Optional {
		if have.Has(s) && !slices.Contains(names, s) {
			names = append(names, s)
			if l.matched == nil {
				l.matched = map[string]bool{}
			}
			l.matched[s] = true
		}
	}
	slices.Sort(names)
	l.res.Symbols = slices.Compact(names)
	// The table is of no use without what reads it, which the kit refers to
	// only through a weak definition.
	if len(l.res.Syscalls) > 0 && have.Has(rawEntry) {
		l.roots = append(l.roots, root{rawEntry, KeepPart, "the syscall instruction", "the syscall instruction"})
	}
	for _, s := range l.opt.Roots {
		l.roots = append(l.roots, root{s, KeepPart, s, "part " + s})
	}
	var modules []root
	if l.res.Modules != nil {
		modules = l.res.Modules.roots()
	}
	for _, r := range append(slices.Clone(l.roots), modules...) {
		if !have.Has(r.symbol) {
			return fmt.Errorf("%s: libkernel.a lacks %s for %s: rebuild the kit with `make kit`", l.opt.Kit.Dir, r.symbol, r.why)
		}
	}
	for _, n := range l.res.Symbols {
		l.roots = append(l.roots, root{n, KeepSymbol, n, "exported symbol " + n})
	}
	l.roots = append(l.roots, modules...)
	// They become words of lines in files.
	for _, r := range l.roots {
		if !validName(r.symbol, symbolName) {
			return fmt.Errorf("%s: %q, for %s, is no symbol's name: rebuild the kit with `make kit`", l.opt.Kit.Dir, r.symbol, r.why)
		}
	}
	return nil
}

func (l *link) hashInputs(context.Context) error {
	data, err := json.Marshal([]any{linkVersion, l.opt.Kit.Fingerprint, l.res.Symbols, l.res.Drivers, l.res.Profile,
		l.rootList(), l.driverWhy, l.res.Modules.Names(), l.opt.Trace != nil})
	if err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	l.inputs = hex.EncodeToString(sum[:])
	return nil
}

// rootList is the roots as text, one a line.
func (l *link) rootList() string {
	var b strings.Builder
	for _, r := range l.roots {
		b.WriteString(r.symbol)
		b.WriteByte('\n')
	}
	return b.String()
}

// upToDate reports whether the files at the output were made from the same
// inputs and the kernel was not changed since, and then fills the result.
func (l *link) upToDate() bool {
	for _, f := range []string{l.res.SymbolFile, l.res.DebugFile} {
		if f != "" {
			if _, err := os.Stat(f); err != nil {
				return false
			}
		}
	}
	head, err := readMapHead(l.res.MapFile)
	if err != nil || head.Inputs != l.inputs {
		return false
	}
	kernel, err := os.ReadFile(l.res.Kernel)
	if err != nil {
		return false
	}
	sum := sha256.Sum256(kernel)
	if hex.EncodeToString(sum[:]) != head.KernelSHA256 {
		return false
	}
	l.res.SHA256, l.res.Size = head.KernelSHA256, int64(len(kernel))
	l.res.Symbols, l.res.Addresses = head.Symbols, head.Addresses
	return true
}

// writeFiles puts kernel, symbol file and link map in their places.
func (l *link) writeFiles(context.Context) error {
	linkMap, err := l.makeMap()
	if err != nil {
		return err
	}
	tmp, err := outfile.MakeDir(filepath.Dir(outfile.Place(l.res.Kernel)), TempPrefix, 0o700)
	if err != nil {
		return outfile.Named(err, l.res.Kernel)
	}
	defer tmp.Remove()
	// The kernel comes last: with an older kernel beside a newer map the
	// hashes differ, and the next link does it again.
	files := []struct {
		to   string
		data [][]byte // one behind the other
	}{
		{l.res.SymbolFile, [][]byte{l.symbolFile()}},
		{l.res.DebugFile, [][]byte{l.image.Debug}},
		{l.res.MapFile, linkMap},
		{l.res.Kernel, [][]byte{l.image.Kernel}},
	}
	in := func(i int) string { return filepath.Join(tmp.Name, strconv.Itoa(i)) }
	for i, f := range files {
		if f.to != "" {
			if err := writeFile(in(i), f.data); err != nil {
				return err
			}
		}
	}
	for i, f := range files {
		if f.to != "" {
			if err := os.Rename(in(i), outfile.Place(f.to)); err != nil {
				return outfile.Named(err, f.to)
			}
		}
	}
	return nil
}

// writeFile makes a file of parts.
func writeFile(name string, parts [][]byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return err
	}
	for _, p := range parts {
		if _, err = f.Write(p); err != nil {
			break
		}
	}
	return cmp.Or(err, f.Close())
}
