package build

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	exportedsymbols "uk.example/exported_symbols"
	"uk.example/internal/badoption"
	"uk.example/internal/companions"
	"uk.example/internal/image"
	"uk.example/internal/target"
	"uk.example/linker"
	"uk.example/manifest"
	"uk.example/rofs"
	"uk.example/symbols"
)

// Plan is what a build would do, before anything is linked or packed.
type Plan struct {
	Manifest *manifest.Manifest
	Symbols  *symbols.Result    // nil until Analyze
	Script   string             // version script; "" until Analyze
	Syscalls symbols.SyscallSet // for the syscall instruction; set by Analyze
	LibcWhy  string             // why Analyze chose the host's C library, "" if it did not

	drivers []linker.Setting
	opt     Options

	noCommand error       // why a manifest has none
	without   []string    // modules of OSv's that it requires and that cannot be had
	starter   *rofs.Entry // what starts a library's main(), nil for a program

	kit          *linker.Kit       // nil until OpenKit
	otherModules []*linker.Module  // that [kernel] modules names by their files
	modules      *linker.ModuleSet // nil if there are none, and until Analyze
	bootModules  []string          // names of those that are loaded at boot
	parts        []string          // of the C library, added by hand

	nameFolder     string   // the working folder that nameAsTyped chose, "" if it chose none
	onlyKnownPaths bool     // see constantPaths; set by Analyze
	goAlone        bool     // see isGoAlone; likewise
	richCalls      []string // see callParts; set by Analyze
	groups         bool     // the kernel has groupsPart

	jumps map[string][]byte // of files, by guest path; see addJumps
}

// partPrefix begins the names of parts of the C library that are linked only
// for a program that was seen to need them, such as uk_printf_floats. Added by
// hand they are linked in any case.
const partPrefix = "uk_"

// Resolve lists the files of the image.
func Resolve(ctx context.Context, opt Options) (*Plan, error) {
	if err := opt.step(ctx, "reading the manifest"); err != nil {
		return nil, err
	}
	if opt.memo == nil {
		opt.memo = new(symbols.Memo)
		if opt.archive == nil { // whose files are gone soon
			opt.memo.Facts = opt.facts()
		}
	}
	if opt.Libc != "" && opt.Libc != "kernel" && opt.Libc != "image" {
		return nil, badoption.Errorf("Libc", "libc %q: use kernel or image", opt.Libc)
	}
	if err := image.CheckMachine(opt.Memory, opt.CPUs, opt.Cwd, ""); err != nil {
		return nil, err
	}
	if err := image.CheckUser(opt.User); err != nil {
		return nil, err
	}
	if err := image.CheckUlimits(opt.Ulimits); err != nil {
		return nil, err
	}
	if err := errors.Join(checkFormat(opt.Format), checkOwner(opt.Owner), checkLibraryPath(opt.LibraryPath)); err != nil {
		return nil, err
	}
	p := &Plan{opt: opt}
	var err error
	switch {
	case opt.Manifest != "" && opt.Binary != "":
		return nil, errors.New("both a manifest and a program are named: choose one")
	case opt.archive != nil:
		p.Manifest, err = p.fromArchive()
	case opt.Manifest != "":
		p.Manifest, err = p.fromManifest()
	case opt.Binary != "":
		if p.Manifest, err = manifest.FromBinary(opt.Binary, manifest.BinaryOptions{ClosureOptions: p.closure(opt.Libc), Args: opt.Args}); err == nil {
			err = p.addInputs()
		}
	default:
		return nil, errors.New("nothing to build: name a manifest or a program")
	}
	if err != nil {
		return nil, err
	}
	m := p.Manifest
	p.warnings()
	m.App.Env = append(m.App.Env, opt.Env...)
	override(&m.App.Cwd, opt.Cwd)
	override(&m.App.User, opt.User)
	m.App.Ulimits = append(m.App.Ulimits, opt.Ulimits...)
	override(&m.App.Memory, opt.Memory)
	override(&m.App.CPUs, opt.CPUs)
	override(&m.Kernel.Profile, opt.Profile)
	if opt.NoDefaultDevices {
		if opt.Profile != "" && opt.Profile != linker.ProfileNone {
			return nil, badoption.Errorf("NoDefaultDevices", "both a profile and no default devices are asked for: choose one")
		}
		m.Kernel.Profile = linker.ProfileNone
	}
	if m.Kernel.Profile == "" {
		m.Kernel.Profile = cmp.Or(opt.FallbackProfile, DefaultProfile)
	}
	override(&m.Kernel.Libc, opt.Libc)
	override(&m.Kernel.Dlsym, opt.DLSym)
	if err := p.addMountPoints(); err != nil {
		return nil, err
	}
	p.addWorkingFolder()
	if err := p.readModules(); err != nil {
		return nil, err
	}
	if err := p.addDrivers(opt.Drivers); err != nil {
		return nil, err
	}
	m.Kernel.Symbols = append(m.Kernel.Symbols, opt.Symbols...)
	if opt.Syscalls != nil {
		m.Kernel.Syscalls = opt.Syscalls
	}
	for _, e := range m.App.Env {
		if name, _, ok := strings.Cut(e, "="); !ok || name == "" {
			return nil, fmt.Errorf("environment word %q: write NAME=VALUE", e)
		}
	}
	p.addProgramLinks()
	if p.opt.archive == nil {
		addTerminfo(m, p.terminal())
	}
	if err := p.checkProgram(); err != nil {
		return nil, err
	}
	return p, p.addCompanions()
}

// addDrivers works out the settings of drivers: the manifest's, then options'.
func (p *Plan) addDrivers(options []string) error {
	k := &p.Manifest.Kernel
	for i, d := range k.Drivers {
		var at manifest.Pos
		if i < len(p.Manifest.DriverAt) {
			at = p.Manifest.DriverAt[i]
		}
		s, err := linker.ParseDrivers(d, at.String())
		if err != nil {
			return err
		}
		p.drivers = append(p.drivers, s...)
	}
	for _, d := range options {
		s, err := linker.ParseDrivers(d, "")
		if err != nil {
			return err
		}
		p.drivers = append(p.drivers, s...)
		for _, one := range s {
			k.Drivers = append(k.Drivers, fmt.Sprintf("%s=%c", strings.ToLower(one.Config), one.Value))
		}
	}
	return nil
}

func override[T comparable](to *T, from T) {
	var zero T
	if from != zero {
		*to = from
	}
}

// addCompanions adds what the C library reads and opens at run time.
func (p *Plan) addCompanions() error {
	m := p.Manifest
	if p.opt.NoLibraries || p.opt.archive != nil {
		return nil
	}
	warnings, err := companions.Add(m, companions.Options{
		ClosureOptions: p.closure(m.Kernel.Libc), Env: slices.Concat(m.App.Env, p.opt.RunEnv), Host: p.opt.Binary != "",
	})
	for _, w := range warnings {
		p.opt.warn(w)
	}
	return err
}

func (p *Plan) closure(libc string) manifest.ClosureOptions {
	return manifest.ClosureOptions{LibraryPath: p.opt.LibraryPath, ImageLibc: libc == "image", ImageLibraries: p.opt.imageLibraries}
}

// loadManifest reads the manifest and lists what it says, nothing else.
func (p *Plan) loadManifest() (*manifest.Manifest, error) {
	name := p.opt.Manifest
	if st, err := os.Stat(name); err == nil && st.IsDir() {
		name = filepath.Join(name, "usr.manifest")
	}
	return p.load(name)
}

func (p *Plan) fromManifest() (*manifest.Manifest, error) {
	m, err := p.loadManifest()
	if err != nil {
		if kind, _, other := target.Identify(p.opt.Manifest); other == nil && kind == target.Archive {
			err = fmt.Errorf("%s: is an archive, which build, run and pack read", p.opt.Manifest)
		}
		return nil, err
	}
	if err := p.addRequired(m); err != nil {
		return nil, err
	}
	libc := m.Kernel.Libc
	override(&libc, p.opt.Libc)
	if !p.opt.NoLibraries {
		if err := m.AddLibraries(p.closure(libc)); err != nil {
			return nil, err
		}
	} else if err := m.PassOverBroken(); err != nil {
		return nil, err
	}
	manifest.AddEssentials(m)
	if err := checkApp(m); err != nil {
		return nil, err
	}
	if linker.IsProfileFile(m.Kernel.Profile) && !filepath.IsAbs(m.Kernel.Profile) {
		if m.Kernel.Profile = filepath.Join(m.Dir, m.Kernel.Profile); !linker.IsProfileFile(m.Kernel.Profile) {
			m.Kernel.Profile = "./" + m.Kernel.Profile
		}
	}
	return m, p.addCommand(m)
}

// Analyze works out which symbols and system calls the kernel must have.
func (p *Plan) Analyze(ctx context.Context) error {
	if err := p.opt.step(ctx, "reading symbols"); err != nil {
		return err
	}
	mode, err := symbols.ParseDLSymMode(p.Manifest.Kernel.Dlsym)
	if err != nil {
		return err
	}
	opt := symbols.Options{DLSym: mode, Memo: p.opt.memo}
	for _, s := range p.Manifest.Kernel.Symbols {
		if strings.HasPrefix(s, partPrefix) {
			p.parts = append(p.parts, s)
		} else {
			opt.Symbols = append(opt.Symbols, s)
		}
	}
	if p.Manifest.Kernel.Libc != "image" {
		if opt.Exported, err = exportedsymbols.Load(); err != nil {
			return err
		}
	}
	var in []symbols.Input
	for i := range p.Manifest.Entries {
		e := &p.Manifest.Entries[i]
		if p.reads(e) {
			in = append(in, symbols.Input{Guest: e.Guest, Host: e.Host, Opened: e.Opened})
		}
	}
	if p.starter != nil {
		in = append(in, symbols.Input{Guest: p.starter.Path})
		opt.Open = p.openInput
	}
	if p.Symbols, err = symbols.Analyze(in, opt); err != nil {
		return err
	}
	if p.imageLibraries(ctx, opt.Exported) {
		return nil
	}
	if err := p.Symbols.Err(); err != nil {
		return p.imageLibc(ctx, lacks(err), err)
	}
	if d := p.Symbols.Differences; d != nil {
		if p.Manifest.Kernel.Libc == "" && p.imageLibc(ctx, differs(d), errNoImageLibc) == nil {
			return nil
		}
		p.opt.warn(differs(d))
	}
	if why := p.loadsFromShare(); why != "" && p.imageLibc(ctx, why, errNoImageLibc) == nil {
		return nil
	}
	for _, w := range p.Symbols.Warnings {
		p.opt.warn(w)
	}
	if p.Symbols.Sanitized() {
		p.noLeakCheck()
	}
	if p.Syscalls, err = p.syscalls(); err != nil {
		return err
	}
	if err := p.addNeeded(); err != nil {
		return err
	}
	if err := p.chooseParts(); err != nil {
		return err
	}
	if err := p.selectModules(); err != nil {
		return err
	}
	p.Script = p.script()
	for _, n := range p.Syscalls.Notes {
		p.opt.warn(n)
	}
	return nil
}

// noLeakCheck turns LeakSanitizer off, unless something is said about it: it stops the program's threads with
// ptrace(2) from a process of its own, and without it ends the program as failed. Its own variable leaves
// ASAN_OPTIONS to the user.
func (p *Plan) noLeakCheck() {
	const name, off = "LSAN_OPTIONS", "detect_leaks=0"
	for _, e := range slices.Concat(p.Manifest.App.Env, p.opt.RunEnv) {
		if strings.HasPrefix(e, name+"=") {
			return
		}
	}
	p.Manifest.App.Env = append(p.Manifest.App.Env, name+"="+off)
	p.opt.notice("LeakSanitizer needs ptrace(2), which the kernel lacks: the image sets " + name + "=" + off)
}

var errNoImageLibc = errors.New("the host's C library cannot be brought")

// lacks says what the kernel's C library lacks, or "" if the error is about
// something else.
func lacks(err error) string {
	var m *symbols.MissingError
	if !errors.As(err, &m) || len(m.Symbols) == 0 {
		return ""
	}
	return fmt.Sprintf("%s wants %s, which the kernel's C library lacks", m.Symbols[0].File, m.Symbols[0].Name)
}

// differs says where the kernel's C library is not glibc to the image.
func differs(d []symbols.FileDifference) string {
	more := ""
	if len(d) > 1 {
		more = fmt.Sprintf(" (%d more: uk symbols --libc kernel lists them)", len(d)-1)
	}
	return fmt.Sprintf("%s uses %s, in which the kernel's C library differs from glibc: %s%s", d[0].File, d[0].Name, d[0].Words, more)
}

// imageLibc plans anew with the host's C library in the image, if that was left
// open, for a reason that it tells; else and if that fails it returns failure.
func (p *Plan) imageLibc(ctx context.Context, why string, failure error) error {
	if p.Manifest.Kernel.Libc != "" || why == "" {
		return failure
	}
	opt := p.opt
	opt.Libc, opt.imageLibraries = "image", false
	opt.Warn, opt.Notice = nil, nil // Resolve has told before
	q, err := Resolve(ctx, opt)
	if err != nil {
		return failure
	}
	q.opt.Warn, q.opt.Notice = p.opt.Warn, p.opt.Notice
	if err := q.Analyze(ctx); err != nil {
		return failure
	}
	*p = *q
	p.LibcWhy = why
	p.opt.notice(why + ": the image brings the host's (--libc kernel keeps the kernel's)")
	return nil
}

// imageLibraries plans anew with the host's libm.so.6 or libcrypt.so.1 beside the
// kernel's C library, and reports whether it did: if libc was left open and nothing
// else keeps the kernel's from being glibc to the image.
func (p *Plan) imageLibraries(ctx context.Context, exp *symbols.Exported) bool {
	if p.Manifest.Kernel.Libc != "" || p.opt.imageLibraries || p.Symbols.Differences == nil && p.Symbols.Err() == nil {
		return false
	}
	own := strings.Join(p.Symbols.Answer(exp, manifest.Leaves), " and ")
	if own == "" {
		return false
	}
	why := lacks(p.Symbols.Err())
	if d := p.Symbols.Differences; d != nil {
		why = differs(d)
	}
	opt := p.opt
	opt.imageLibraries = true
	opt.Warn, opt.Notice = nil, nil // Resolve has told before
	q, err := Resolve(ctx, opt)
	if err != nil {
		return false
	}
	var said []string
	q.opt.Warn = func(line string) { said = append(said, line) }
	if err := q.Analyze(ctx); err != nil || q.Manifest.Kernel.Libc == "image" || q.Symbols.Differences != nil {
		return false
	}
	q.opt.Warn, q.opt.Notice = p.opt.Warn, p.opt.Notice
	*p = *q
	for _, line := range said {
		p.opt.warn(line)
	}
	why += ": the image brings the host's " + own
	p.LibcWhy = why
	p.opt.notice(why + " (--libc kernel keeps the kernel's)")
	return true
}

// Reads lists the files of the host that the plan is made of.
func (p *Plan) Reads() []string {
	list := []string{p.opt.Manifest, p.opt.Binary, p.opt.VersionScript}
	for i := range p.Manifest.Entries {
		list = append(list, p.Manifest.Entries[i].Host)
	}
	return list
}

// command returns the program's guest path and arguments, and checks that the
// image has it.
func (p *Plan) command() ([]string, error) {
	c := p.Manifest.App.Command
	if len(c) == 0 {
		return nil, p.commandMissing()
	}
	at := p.Manifest.Where["app.command"].String()
	if at == "" {
		at = p.Manifest.Name
	}
	if !strings.HasPrefix(c[0], "/") {
		return nil, fmt.Errorf("%s: the command %s is not an absolute guest path: start it with a slash", at, c[0])
	}
	if p.mounted(c[0]) {
		return slices.Clone(c), nil
	}
	if end, ok := p.Manifest.Find(c[0]); !ok {
		return nil, fmt.Errorf("%s: the command %s is not in the image: %s", at, c[0], p.missingProgram(c[0], end))
	}
	return slices.Clone(c), nil
}

// loaderParts are the parts of the kernel's dynamic linker that the image's files
// need. Where there are libraries, exec_libraries brings all of them.
func (p *Plan) loaderParts() (roots []string) {
	for _, f := range p.Symbols.Files {
		for _, part := range f.Loader {
			if root := "exec_" + part; !slices.Contains(roots, root) {
				roots = append(roots, root)
			}
		}
	}
	return roots
}

// mounted tells whether a name is below what is mounted when the machine runs, which the image
// does not know.
func (p *Plan) mounted(guest string) bool {
	targets := slices.Clone(p.opt.MountPoints)
	for _, m := range p.Manifest.App.Mounts {
		targets = append(targets, m.Target)
	}
	return slices.ContainsFunc(targets, func(t string) bool {
		return strings.HasPrefix(path.Clean(guest)+"/", strings.TrimSuffix(path.Clean(t), "/")+"/")
	})
}

// missingProgram says what to do about a command that ends at a name which is not there.
func (p *Plan) missingProgram(guest, end string) string {
	if end != path.Clean(guest) {
		return fmt.Sprintf("the link leads to %s; add that to [manifest]", end)
	}
	base := path.Base(guest)
	for _, e := range p.Manifest.Entries {
		if path.Base(e.Guest) == base && !e.Dir {
			return "did you mean " + e.Guest + "?"
		}
	}
	if len(p.without) > 0 {
		return "add it to [manifest]; " + strings.Join(p.without, "; ")
	}
	return "add it to [manifest]"
}

// roots are the parts of the kernel that load the image's files: its own dynamic
// linker, with libraries or without, or what starts the program's interpreter.
// A static program needs none of them. The texts of printf's %m, and its
// floating point conversions, come with the first file that may use them, and
// libc's way to an own malloc with the first file that defines one. backtrace()
// opens the library that walks up the stack, and backtrace_symbols() asks the
// loader for names.
func (p *Plan) roots() []string {
	some := func(has func(f *symbols.File) bool) bool {
		return slices.ContainsFunc(p.Symbols.Files, func(f symbols.File) bool { return has(&f) })
	}
	imports := func(names ...string) bool {
		return some(func(f *symbols.File) bool {
			return slices.ContainsFunc(names, func(n string) bool { return slices.Contains(f.Symbols, n) })
		})
	}
	program := some(func(f *symbols.File) bool { return f.Interp != "" })
	execStack := some(func(f *symbols.File) bool { return f.ExecStack })
	mapsMemory := imports("mmap", "mmap64")
	// Some libraries have an interpreter, as they can be run: libcap.so.2, libc.so.6.
	library := some(func(f *symbols.File) bool { return f.Interp == "" && !f.Static || f.Soname != "" })
	unwinder := some(func(f *symbols.File) bool { return f.Soname == "libgcc_s.so.1" })
	out := p.rootReaders()
	if p.startsAsOther() {
		out = append(out, userPart)
	}
	if len(p.Manifest.App.Ulimits) > 0 {
		out = append(out, ulimitsPart)
	}
	switch {
	case !program:
	case p.Manifest.Kernel.Libc == "image":
		out = append(out, "exec_interp")
	default:
		out = append(out, "exec_dynamic")
		out = append(out, p.loaderParts()...)
		if !p.goAlone { // of whose code hardly any calls libc
			out = append(out, symbols.FastParts(p.Symbols.Files)...)
		}
		for _, part := range []struct {
			needed bool
			roots  []string
		}{
			{library, []string{"exec_libraries"}},
			{some(func(f *symbols.File) bool { return f.ErrorTexts }), []string{"uk_printf_errors"}},
			{some(func(f *symbols.File) bool { return f.Floats }), []string{"uk_printf_floats"}},
			{some(func(f *symbols.File) bool { return len(f.Replaces) > 0 }), []string{"uk_malloc_replaced"}},
			{p.opt.imageLibraries, []string{"exec_image_libraries"}},
			{unwinder && imports("pthread_exit", "__pthread_unwind_next", "pthread_cancel"), []string{"uk_unwind_exit", "dlopen", "dlsym"}},
			{unwinder && imports("pthread_cancel"), []string{"uk_cancelled", "exec_through"}},
			{unwinder && imports("qsort", "qsort_r", "bsearch", "pthread_once", "__pthread_once"), []string{"exec_through", "dlopen", "dlsym"}},
			{some(func(f *symbols.File) bool { return len(f.Unused) > 0 }), []string{"unused_imports"}},
			{library && imports("backtrace", "__backtrace"), []string{"dlopen", "dlsym"}},
			{imports("backtrace_symbols", "backtrace_symbols_fd", "__backtrace_symbols", "__backtrace_symbols_fd"), []string{"dladdr"}},
		} {
			if part.needed {
				out = append(out, part.roots...)
			}
		}
	}
	if mapsMemory || len(p.Syscalls.Names) > 0 {
		out = append(out, "map_asked", "map_around")
	}
	for _, c := range callParts {
		if c.driver == "" && slices.Contains(p.richCalls, c.call) {
			out = append(out, c.part)
		}
	}
	if p.Syscalls.All || slices.Contains(p.Syscalls.Names, "ioctl") {
		out = append(out, "async_fcntl") // FIOASYNC, also where fcntl is plain
	}
	if p.groups {
		out = append(out, groupsPart)
	}
	if p.hasJumps() {
		out = append(out, jumpsPart)
		if !p.goAlone {
			out = append(out, stepsPart)
		}
		if p.Manifest.Kernel.Libc == "image" {
			out = append(out, jumpsPart+"_mmap") // its loader maps code
		}
	}
	if p.onlyKnownPaths {
		out = append(out, constantPathsParts...)
	}
	out = append(out, procParts(p.drivers)...)
	if execStack {
		out = append(out, "exec_stacks")
		if p.Manifest.Kernel.Libc != "image" && program {
			out = append(out, "uk_thread_stack")
		}
	}
	return append(out, p.parts...)
}
