package linker

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"uk/internal/badoption"
	"uk/internal/lazyregexp"
)

// Files in the link's temporary folder.
const (
	tmpScript  = "version.script"
	tmpRoots   = "roots"
	tmpLinked  = "linked.elf"
	tmpLdMap   = "ld.map"
	tmpKernel  = "kernel.elf"
	tmpSymbols = "kernel.sym"
	tmpMap     = "kernel.map.json"
)

func (l *link) findProgram() error {
	name := l.opt.Linker
	switch filepath.Base(name) {
	case "", ".":
		name = "ld"
	case "lld":
		name = "ld.lld"
	}
	path, err := exec.LookPath(name)
	if err != nil {
		pkg := map[string]string{"ld": "binutils", "ld.bfd": "binutils", "ld.lld": "lld", "mold": "mold", "ld.mold": "mold"}[filepath.Base(name)]
		if pkg == "" {
			return badoption.Errorf("Linker", "linker %s: not found: name ld, ld.lld, mold, or a path of one", name)
		}
		return fmt.Errorf("linker %s: not found: install Debian's package %s", name, pkg)
	}
	l.program = path
	l.lld = strings.Contains(filepath.Base(name), "lld")
	l.mold = strings.Contains(filepath.Base(name), "mold")
	return nil
}

func (l *link) runLinker(ctx context.Context) error {
	var script, roots strings.Builder
	script.WriteString("{\n")
	if len(l.res.Symbols) > 0 {
		script.WriteString("global:\n")
		for _, s := range l.res.Symbols {
			fmt.Fprintf(&script, "\t\"%s\";\n", s)
		}
	}
	script.WriteString("local: *;\n};\n")
	for _, r := range l.roots {
		fmt.Fprintf(&roots, "-u %s\n", r.symbol)
	}
	in := func(name string) string { return filepath.Join(l.tmp, name) }
	if err := os.WriteFile(in(tmpScript), []byte(script.String()), 0o666); err != nil {
		return err
	}
	if err := os.WriteFile(in(tmpRoots), []byte(roots.String()), 0o666); err != nil {
		return err
	}
	common := []string{
		"-m", "elf_x86_64", "-nostdlib", "--no-demangle",
		"-E", "--no-dynamic-linker", "--hash-style=gnu", // dynamic symbols without a library, see the package's comment
		"--gc-sections", "--build-id=none", "-z", "noexecstack",
		"--version-script=" + in(tmpScript), "-Map=" + in(tmpLdMap), "-o", in(tmpLinked),
		"@" + in(tmpRoots),
	}
	if l.mold {
		return l.runMold(ctx, common)
	}
	if l.lld || l.files.traced != nil {
		// lld takes a member for a symbol that the script only asks about.
		chosen, err := l.chosenArchives([]string{"_start"})
		if err != nil {
			return err
		}
		common = append(common, chosen...)
	} else {
		common = append(common, "--whole-archive", filepath.Join(l.opt.Kit.Dir, kitArchives[0]), "--no-whole-archive", "--start-group")
		for _, a := range kitArchives[1:] {
			common = append(common, filepath.Join(l.opt.Kit.Dir, a))
		}
		common = append(common, "--end-group")
	}
	args := []string{
		"-static", "-z", "norelro",
		"-z", "max-page-size=64", // file offsets packed; kernel.ld aligns addresses
		"-T", filepath.Join(l.opt.Kit.Dir, kitScript),
	}
	if l.lld {
		args = append(args[:1], args[3:]...) // it has no norelro
		args = append(args, "--no-undefined-version", "--threads=2")
	} else {
		args = append(args, "-z", "nodynamic-undefined-weak", "--no-warn-rwx-segments")
	}
	return l.runProgram(ctx, append(args, common...)...)
}

// runProgram runs the linker; undefined symbols are an UndefinedError.
func (l *link) runProgram(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, l.program, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C", "SOURCE_DATE_EPOCH=0")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err == nil {
		return l.wrote(args)
	}
	if undef := parseUndefined(out.String()); len(undef) > 0 {
		return &UndefinedError{Symbols: undef}
	}
	return fmt.Errorf("%s: %v: %s", l.program, err, cmp.Or(oneLine(out.String()), "it says nothing more; is it a linker?"))
}

// wrote tells of a program that ended well and made nothing: it is no linker.
func (l *link) wrote(args []string) error {
	if i := slices.Index(args, "-o"); i >= 0 {
		if _, err := os.Stat(args[i+1]); err != nil {
			return badoption.Errorf("Linker", "%s: wrote no file: name ld, ld.lld, mold, or a path of one", l.program)
		}
	}
	return nil
}

// oneLine makes the first few lines of a tool's output one.
func oneLine(s string) string {
	lines := strings.FieldsFunc(s, func(r rune) bool { return r == '\n' })
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	if len(lines) > 6 {
		lines = append(lines[:6], "...")
	}
	return strings.Join(lines, "; ")
}

// Undefined is a symbol that nothing in the kit defines.
type Undefined struct {
	Name      string
	Referrers []string // "archive(member): function", each once
}

// UndefinedError lists the undefined symbols of a link, each once.
type UndefinedError struct{ Symbols []Undefined }

func (e *UndefinedError) Error() string {
	var parts []string
	for i, u := range e.Symbols {
		if i == 10 {
			parts = append(parts, fmt.Sprintf("and %d more", len(e.Symbols)-i))
			break
		}
		parts = append(parts, fmt.Sprintf("%s (wanted by %s)", u.Name, strings.Join(u.Referrers, ", ")))
	}
	return "link: undefined symbols in the kit: " + strings.Join(parts, "; ") + ": define them in the kernel and rebuild the kit"
}

var (
	// The second and third are what becomes of a weak reference, see unreachable in kernel/kit/mkkit.
	gnuUndefined = lazyregexp.New("(?:undefined reference to|against undefined symbol|failed to convert GOTPCREL relocation against) [`']([^']+)'")
	gnuFunction  = lazyregexp.New("([^ /:]+): in function [`']([^']+)'")
	gnuPlace     = lazyregexp.New(`^(?:[^ ]*ld: )?([^ :]*?)([^/ :]+):\(([^)+]+)`)
	lldUndefined = lazyregexp.New(`error: undefined symbol: (.+)`)
	lldWeak      = lazyregexp.New(`error: .*?([^/ ]+\)):\(function (.+?): .*relocation .* out of range: .*; references (.+)`)
	moldWeak     = lazyregexp.New(`error: .*?([^/ ]+\)):\((.+?)\): relocation .* against (.+) out of range`)
	moldObject   = lazyregexp.New(`^>>> +(?:[^ ]*/)?([^/ :()]+\([^()]+\))$`) // for a reference from data
	lldPlace     = lazyregexp.New(`>>> (?:referenced by )?.*?([^/ ]+:\([^)]*\))(?: in archive (.*))?`)
)

// parseUndefined finds undefined symbols in ld's or lld's messages.
func parseUndefined(out string) []Undefined {
	var list []Undefined
	add := func(name, by string) {
		i := slices.IndexFunc(list, func(u Undefined) bool { return u.Name == name })
		if i < 0 {
			list = append(list, Undefined{Name: name})
			i = len(list) - 1
		}
		if by != "" && !slices.Contains(list[i].Referrers, by) {
			list[i].Referrers = append(list[i].Referrers, by)
		}
	}
	where, current := "", ""
	for _, line := range strings.Split(out, "\n") {
		if m := gnuFunction.FindStringSubmatch(line); m != nil {
			where = m[1] + ": " + m[2]
		}
		if m := gnuUndefined.FindStringSubmatch(line); m != nil {
			by := where
			// A reference from data names no function, only a section.
			if p := gnuPlace.FindStringSubmatch(line); p != nil && !strings.HasPrefix(p[3], ".text") {
				by = p[2] + ": " + p[3]
			}
			add(m[1], by)
		}
		if m := lldUndefined.FindStringSubmatch(line); m != nil {
			current = m[1]
			add(current, "")
		} else if m := moldWeak.FindStringSubmatch(line); m != nil {
			add(m[3], m[1]+": "+strings.TrimPrefix(m[2], ".text."))
		} else if m := lldWeak.FindStringSubmatch(line); m != nil {
			add(m[3], m[1]+": "+m[2])
		} else if m := moldObject.FindStringSubmatch(line); m != nil && current != "" {
			add(current, m[1])
		} else if m := lldPlace.FindStringSubmatch(line); m != nil && current != "" {
			object, section, _ := strings.Cut(strings.TrimSuffix(m[1], ")"), ":(")
			if m[2] != "" {
				object = filepath.Base(m[2]) + "(" + object + ")"
			}
			add(current, object+": "+strings.TrimPrefix(section, ".text."))
		}
	}
	slices.SortFunc(list, func(a, b Undefined) int { return strings.Compare(a.Name, b.Name) })
	return list
}
