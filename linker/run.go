package linker

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"uk.example/linker/elflink"
)

// run links the kernel.
func (l *link) run(ctx context.Context) error {
	open := l.opt.Kit.index
	if l.opt.KeepDebug {
		open = l.opt.Kit.whole
	}
	index, err := open()
	if err != nil {
		return err
	}
	in := elflink.Input{Index: index, Layout: &kernelLayout, Exports: l.res.Symbols, Debug: l.opt.KeepDebug, ABIVersion: l.opt.Kit.ABI}
	if l.traced != nil {
		in.Index = index.With(traceArchive, l.thunks(), func(m *elflink.ArchiveMember) string { return strings.TrimSuffix(m.Name, ".o") })
		in.Rename = l.redirected
	}
	for _, r := range l.roots {
		in.Roots = append(in.Roots, elflink.Root{Symbol: r.symbol, Late: r.kind == KeepModule})
	}
	if l.image, err = elflink.Link(ctx, &in); err != nil {
		return err
	}
	sum := sha256.Sum256(l.image.Kernel)
	l.res.SHA256, l.res.Size = hex.EncodeToString(sum[:]), int64(len(l.image.Kernel))
	if err := l.check(); err != nil {
		return fmt.Errorf("%s: the linked kernel is unusable: %v", l.opt.Kit.Dir, err)
	}
	return nil
}

// check proves what boot and programs rely on: a PVH note, and exactly the dynamic symbols that were asked for.
func (l *link) check() error {
	pvh := false
	for _, o := range l.image.Outputs {
		pvh = pvh || o.Name == ".note" && findNote(l.image.Content(o.Name), "Xen", pvhNoteType) != nil
	}
	if !pvh {
		return fmt.Errorf("no PVH entry note (.note.Xen)")
	}
	have := map[string]bool{}
	for _, s := range l.image.Exported {
		have[s] = true
	}
	l.res.Symbols = slices.DeleteFunc(l.res.Symbols, func(s string) bool { return !have[s] && l.matched[s] })
	var missing []string
	for _, s := range l.res.Symbols {
		if !have[s] {
			missing = append(missing, s)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("not exported, because their visibility in the kit is hidden: %s", strings.Join(missing, ", "))
	}
	return nil
}

// symbolFile lists functions and objects, sorted by address: "hexaddr size
// name", both numbers in hexadecimal.
func (l *link) symbolFile() []byte {
	var b bytes.Buffer
	b.Grow(40 * len(l.image.Symbols))
	var number [16]byte
	for _, s := range l.image.Symbols {
		b.Write(strconv.AppendUint(number[:0], s.Addr, 16))
		b.WriteByte(' ')
		b.Write(strconv.AppendUint(number[:0], s.Size, 16))
		b.WriteByte(' ')
		b.WriteString(s.Name)
		b.WriteByte('\n')
	}
	return b.Bytes()
}
