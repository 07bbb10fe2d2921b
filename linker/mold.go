package linker

import (
	"bytes"
	"context"
	"debug/elf"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"uk/internal/bounded"
)

// tmpShared is a shared library without content: mold makes dynamic symbols
// only for a program with a library.
const tmpShared = "empty.so"

// placeholders is where the symbols that the script assigns are said to be,
// behind the first address of the kernel: beyond all that is linked, and a page
// for each.
const placeholders = 1 << 30

// runMold links with mold, which reads no SECTIONS: it lays the kernel out in
// its own way and keeps the relocations. Which members of the archives to link
// is decided here as well. The kit's script then gives every
// section its place, and what refers to the section is moved along.
func (l *link) runMold(ctx context.Context, common []string) error {
	in := func(name string) string { return filepath.Join(l.tmp, name) }
	file := filepath.Join(l.opt.Kit.Dir, kitScript)
	text, err := bounded.ReadFile(file, MaxKitFile)
	if err != nil {
		return err
	}
	script, err := parseLdScript(file, string(text))
	if err != nil {
		return err
	}
	// A layout of nothing finds the symbols that the script assigns.
	empty, err := script.place(nil)
	if err != nil {
		return err
	}
	if err := l.runProgram(ctx, "-m", "elf_x86_64", "-shared", "-nostdlib", "--build-id=none", "-o", in(tmpShared), filepath.Join(l.opt.Kit.Dir, "libgcc.a")); err != nil {
		return err
	}
	start := empty.outs[0].addr
	args := append([]string{"--no-pie", "-z", "norelro", "--emit-relocs", "--no-eh-frame-hdr", "--threads=2",
		// mold repeats its layout until the program headers keep their size, and with some
		// kernels that never ends unless each segment has pages of its own. No process
		// of it is to stay behind.
		"-z", "separate-loadable-segments", "--no-fork",
		fmt.Sprintf("--image-base=%#x", start)}, common...)
	for _, s := range script.externs {
		args = append(args, "-u", s, "-e", s)
	}
	chosen, err := l.chosenArchives(script.externs)
	if err != nil {
		return err
	}
	args = append(args, chosen...)
	stand := map[uint64]string{} // placeholder → symbol
	for i, s := range slices.Sorted(maps.Keys(empty.symbols)) {
		at := start + placeholders + uint64(i)*pageSize
		stand[at] = s
		args = append(args, fmt.Sprintf("--defsym=%s=%#x", s, at))
	}
	if err := l.runProgram(ctx, append(args, in(tmpShared))...); err != nil {
		return err
	}
	data, err := os.ReadFile(in(tmpLinked))
	if err != nil {
		return err
	}
	f, err := elf.NewFile(bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("%s wrote no valid ELF file: %v", l.program, err)
	}
	out, moves, err := relayout(f, script, stand)
	if err != nil {
		return fmt.Errorf("%s: %v", l.program, err)
	}
	l.moves = moves
	return os.WriteFile(in(tmpLinked), out, 0o666)
}

// parseMoldMap reads mold's map: address, size (decimal) and alignment, then an
// output section, 8 columns further FILE:(SECTION), 8 further a symbol. Moves
// are where its sections have gone since: into parts of outs.
func parseMoldMap(text string, moves *moves, outs []Output) []keptSection {
	var kept []keptSection
	whole := -1 // an output of mold's for which no input was seen yet
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) < 4 {
			continue
		}
		addr, err1 := strconv.ParseUint(fields[0], 0, 64)
		size, err2 := strconv.ParseInt(fields[1], 10, 64)
		addr, _ = moves.to(addr)
		i := slices.IndexFunc(outs, func(o Output) bool { return o.holds(addr) })
		if err1 != nil || err2 != nil || size == 0 || i < 0 {
			continue
		}
		k := keptSection{section: fields[3], out: outs[i].Name, addr: addr, size: size}
		file, section, isInput := strings.Cut(strings.Join(fields[3:], " "), ":(")
		switch {
		case isInput:
			if whole >= 0 {
				kept = kept[:whole]
				whole = -1
			}
			k.archive, k.member, _ = splitMember(file)
			k.section = strings.TrimSuffix(section, ")")
		case strings.HasPrefix(fields[3], "."):
			whole = len(kept)
		default:
			continue // a symbol
		}
		kept = append(kept, k)
	}
	return kept
}

// holds reports whether addr is in the output section.
func (o *Output) holds(addr uint64) bool {
	start, err := strconv.ParseUint(o.Addr, 16, 64)
	return err == nil && addr >= start && addr-start < uint64(o.Size)
}
