package diskimage

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"uk.example/internal/bounded"
	"uk.example/internal/outfile"
)

// Format is the form of a disk image.
type Format string

// Formats. EFI is the program alone, to be signed or served over the network.
const (
	Raw   Format = "raw"
	QCOW2 Format = "qcow2"
	ISO   Format = "iso"
	EFI   Format = "efi"
)

// Formats lists all, as help and completion show them.
var Formats = []Format{Raw, QCOW2, ISO, EFI}

// Options say what a disk image holds.
type Options struct {
	Format Format
	Loader string // the kit's UEFI loader, a file
	Kernel string // file
	Root   string // file of the root file system
	// Cmdline is the kernel's; the word that names the root's partition is
	// added to it.
	Cmdline string
	// Info says how the image is run, for [Open]: firmware and kernel do not look at it.
	Info []byte
	// Embed puts the root file system into the program that the firmware
	// loads. ISO and EFI have no other place.
	Embed bool
	// RootSHA256, in hex, is compared with what was read; "": it is not.
	RootSHA256 string
	// Signer signs the program for Secure Boot; nil: nobody does.
	Signer *Signer
	// Progress is told how many bytes of how many are written.
	Progress func(done, total int64)
}

// Result is what was written.
type Result struct {
	Format    Format `json:"format"`
	Size      int64  `json:"size"`      // bytes of the disk
	FileSize  int64  `json:"file_size"` // bytes of the image's file
	Program   int64  `json:"program"`   // bytes of EFI/BOOT/BOOTX64.EFI
	Signed    bool   `json:"signed"`
	DiskGUID  string `json:"disk_guid,omitempty"`
	RootStart int64  `json:"root_start,omitempty"` // sector; 0: embedded
	RootSize  int64  `json:"root_sectors,omitempty"`
	Cmdline   string `json:"cmdline"` // of the kernel
}

const (
	maxLoader  = 1 << 20
	maxCmdline = 8<<20 - 256 // what the kernel takes (kernel/lib/cmdline.c), less the loader's words
)

// Write makes the disk image output, which appears whole or not at all. A file
// of that name is replaced.
func Write(ctx context.Context, output string, opt Options) (*Result, error) {
	if err := outfile.Check(output); err != nil {
		return nil, err
	}
	switch opt.Format {
	case Raw, QCOW2:
	case ISO, EFI:
		opt.Embed = true
	default:
		return nil, fmt.Errorf("format %q: use %s", opt.Format, formatList())
	}
	var closers []io.Closer
	defer func() {
		for _, c := range closers {
			c.Close()
		}
	}()
	readers := fs.ModePerm
	open := func(name string) (*os.File, int64, error) {
		f, st, err := bounded.Open(name)
		if err != nil {
			return nil, 0, err
		}
		closers = append(closers, f)
		readers &= outfile.Readers(st)
		return f, st.Size(), nil
	}
	loader, err := readLoader(opt.Loader)
	if err != nil {
		return nil, err
	}
	kernel, kernelSize, err := open(opt.Kernel)
	if err != nil {
		return nil, err
	}
	root, rootSize, err := open(opt.Root)
	if err != nil {
		return nil, err
	}
	if rootSize == 0 {
		return nil, fmt.Errorf("%s: is empty", opt.Root)
	}
	res := &Result{Format: opt.Format, Cmdline: opt.Cmdline}

	// The root has its place, and the command line says where.
	if !opt.Embed {
		res.RootStart, res.RootSize = partAlign/sector, (rootSize+sector-1)/sector
		res.Cmdline = strings.TrimSpace(fmt.Sprintf("%s uk.rootlba=%d+%d", opt.Cmdline, res.RootStart, res.RootSize))
	}
	if len(res.Cmdline) > maxCmdline {
		return nil, fmt.Errorf("arguments and environment are %d bytes long, more than the %d that a kernel takes from a disk", len(res.Cmdline), maxCmdline)
	}

	// The program's sections are known, its signature and its checksum.
	sections := []peSection{
		{name: sectionCmdline, flags: peRead, n: int64(len(res.Cmdline)), r: strings.NewReader(res.Cmdline), from: "command line"},
		{name: sectionKernel, flags: peRead, n: kernelSize, r: kernel, from: opt.Kernel},
	}
	if len(opt.Info) > 0 {
		sections = append(sections, peSection{name: sectionInfo, flags: peRead, n: int64(len(opt.Info)), r: bytes.NewReader(opt.Info), from: "description"})
	}
	if opt.Embed {
		sections = append(sections, peSection{name: sectionRoot, flags: peRead, n: rootSize, r: root, from: opt.Root})
	}
	p, err := makePE(opt.Loader, loader, sections)
	if err != nil {
		return nil, err
	}
	id := sha256.New()
	if err := p.finishHeader(ctx, opt.Signer, func(b []byte) { id.Write(b) }); err != nil {
		return nil, err
	}
	res.Signed = opt.Signer != nil
	res.Program = p.size
	fmt.Fprintf(id, "%s %d", opt.RootSHA256, rootSize)
	identity := [32]byte(id.Sum(nil))
	// When it is written, the root is read once more, and checked.
	check := &hashed{r: root, h: sha256.New()}
	for i := range p.pieces {
		if p.pieces[i].r == root {
			p.pieces[i].r = check
		}
	}

	// The disk is described.
	d := &p.disk
	if opt.Format != EFI {
		fat := 32
		if opt.Format == ISO {
			fat = 16
		}
		esp, err := makeESP(p, fat, binary.LittleEndian.Uint32(identity[:]))
		if err != nil {
			return nil, err
		}
		if opt.Format == ISO {
			d, err = makeISO(esp)
		} else {
			parts := []partition{{"EFI system", espType, esp}}
			if !opt.Embed {
				r := &disk{size: rootSize}
				r.add(0, rootSize, check, opt.Root)
				parts = append([]partition{{"root", RootType, r}}, parts...)
			}
			res.DiskGUID = guid(identity, "disk")
			d, err = makeGPT(identity, parts)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := d.finish(); err != nil {
		return nil, err
	}
	res.Size = d.size

	// And written.
	place := outfile.Place(output)
	f, err := outfile.Create(filepath.Dir(place), tempPrefix)
	if err != nil {
		return nil, named(err, output)
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if err := outfile.Restrict(f, readers); err != nil {
		return nil, named(err, output)
	}
	if res.FileSize, err = write(ctx, f, d, opt); err != nil {
		return nil, named(err, output)
	}
	if got := hex.EncodeToString(check.h.Sum(nil)); opt.RootSHA256 != "" && got != opt.RootSHA256 {
		return nil, fmt.Errorf("%s: is not what the image was built with: build the image again", opt.Root)
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return res, outfile.Named(os.Rename(f.Name(), place), output)
}

func formatList() string {
	var s []string
	for _, f := range Formats {
		s = append(s, string(f))
	}
	return strings.Join(s[:len(s)-1], ", ") + " or " + s[len(s)-1]
}

func readLoader(name string) ([]byte, error) {
	b, err := bounded.ReadFile(name, maxLoader)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: the kit has no UEFI loader: build the kit again with `make kit`", name)
	}
	return b, err
}

// named makes an error of the temporary file one of the file that it is for.
func named(err error, output string) error {
	var pe *fs.PathError
	if errors.As(err, &pe) && strings.HasPrefix(filepath.Base(pe.Path), tempPrefix) {
		return fmt.Errorf("%s: %w", output, pe.Err)
	}
	return err
}

const tempPrefix = ".uk-image-"

// write puts the disk into the file, whose size it returns. Megabytes of zeros
// are left out.
func write(ctx context.Context, f *os.File, d *disk, opt Options) (int64, error) {
	var progress func(int64)
	if opt.Progress != nil {
		total := d.length()
		progress = func(done int64) { opt.Progress(done, total) }
	}
	if opt.Format == QCOW2 {
		q := newQCOW2(f, d.size)
		if err := d.copyTo(ctx, progress, q.put); err != nil {
			return 0, err
		}
		return q.finish()
	}
	err := d.copyTo(ctx, progress, func(b []byte, off int64) error {
		if isZero(b) {
			return nil
		}
		_, err := f.WriteAt(b, off)
		return err
	})
	if err != nil {
		return 0, err
	}
	return d.size, f.Truncate(d.size)
}

// hashed is a file that is read once, from its start to its end.
type hashed struct {
	r  io.ReaderAt
	h  hash.Hash
	at int64
}

func (h *hashed) ReadAt(b []byte, off int64) (int, error) {
	if off != h.at {
		return 0, errors.New("internal error: not read in order")
	}
	n, err := h.r.ReadAt(b, off)
	h.h.Write(b[:n])
	h.at += int64(n)
	return n, err
}
