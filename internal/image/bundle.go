package image

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"uk.example/internal/bounded"
	"uk.example/internal/diskimage"
	"uk.example/kvmboot"
	"uk.example/symbols"
)

// Format is the version of uk.json that this package reads and writes.
const Format = 2

// Files of a bundle.
const (
	KernelFile  = "kernel.elf"
	SymbolsFile = "kernel.sym"
	MapFile     = "kernel.map.json"
	DebugFile   = "kernel.elf.debug"
	RootFile    = "root.rofs"
	InfoFile    = "uk.json"
)

// FileNames are the names of all of them.
func FileNames() []string {
	return []string{KernelFile, SymbolsFile, MapFile, DebugFile, RootFile, InfoFile}
}

// maxInfo bounds uk.json, maxKernel the kernel, in bytes.
const (
	maxInfo   = 4 << 20
	MaxKernel = 256 << 20
)

// Info is the content of uk.json: what a bundle holds and how it is run.
type Info struct {
	Format       int       `json:"format"`
	ID           string    `json:"id"`            // SHA-256 of the root file system, hex
	KernelSHA256 string    `json:"kernel_sha256"` // hex
	KernelSize   int64     `json:"kernel_size"`   // bytes
	RootSHA256   string    `json:"root_sha256"`   // hex
	RootSize     int64     `json:"root_size"`     // bytes
	RootSpot     string    `json:"root_spot"`     // see spot
	Fingerprint  string    `json:"fingerprint"`   // of the kit
	Profile      string    `json:"profile"`
	Drivers      []string  `json:"drivers"`
	Modules      []string  `json:"modules"`                 // of the kernel, in the root file system
	Services     []Service `json:"services"`                // of the kit's drivers
	Syscalls     []string  `json:"syscalls"`                // answered on the syscall instruction
	SyscallNotes []string  `json:"syscall_notes,omitempty"` // why those are more than the code's constants
	Libc         string    `json:"libc"`                    // kernel or image
	LibcWhy      string    `json:"libc_why,omitempty"`      // why the build chose image, "" if that was asked for
	// Differences from glibc that the image's files meet in the kernel's C library.
	Differences []symbols.FileDifference `json:"differences,omitempty"`
	Command     []string                 `json:"command"`
	Env         []string                 `json:"env"`
	Argv0       *string                  `json:"argv0,omitempty"`
	Cwd         string                   `json:"cwd"`
	Hostname    string                   `json:"hostname,omitempty"` // of a disk's guest
	ASLR        string                   `json:"aslr,omitempty"`     // as in an option of a run; "" is "on"
	Overlay     string                   `json:"overlay,omitempty"`  // OverlayMemory, or "": the root is only read
	User        string                   `json:"user,omitempty"`     // that the program runs as; "": root
	Ulimits     []string                 `json:"ulimits,omitempty"`  // NAME=SOFT[:HARD]
	Account     Account                  `json:"account"`            // of that user, for HOME and USER
	Memory      int64                    `json:"memory"`             // bytes; 0: the runner's choice
	CPUs        int                      `json:"cpus"`               // 0: the runner's choice
	// Mounts are made before the program starts.
	Mounts []kvmboot.Mount `json:"mounts,omitempty"`
	Traced bool            `json:"traced,omitempty"` // the kernel can tell of system calls
	// MapRoot: the kernel counts a root file system in its memory among its disks.
	MapRoot bool `json:"map_root,omitempty"`
	// DebugABI is where the kernel has what debuggers look for (internal/guestview).
	DebugABI int `json:"debug_abi,omitempty"`
}

// Image is an opened bundle.
type Bundle struct {
	Dir string
	Info
	// Relinked and Timing tell of the build that made the image; Open leaves
	// them zero.
	Relinked bool
	Timing   Timing

	FromDisk diskimage.Format // of the disk that it was taken from, or ""
	name     string           // that people know it by; "": Dir
}

// Name is what errors call the image: the disk that holds it, or its folder.
func (im *Bundle) Name() string { return cmp.Or(im.name, im.Dir) }

// Kernel is the path of the kernel.
func (im *Bundle) Kernel() string { return filepath.Join(im.Dir, KernelFile) }

// Root is the path of the root file system.
func (im *Bundle) Root() string { return filepath.Join(im.Dir, RootFile) }

// SymbolFile is the path of the kernel's symbols for backtraces.
func (im *Bundle) SymbolFile() string { return filepath.Join(im.Dir, SymbolsFile) }

// LinkMap is the path of the kernel's link map.
func (im *Bundle) LinkMap() string { return filepath.Join(im.Dir, MapFile) }

// Error is a folder that is no usable bundle.
type Error struct {
	Path string // file or folder
	Msg  string // what is wrong and how to fix it
	Err  error  // cause, or nil
}

func (e *Error) Error() string {
	s := e.Path + ": " + e.Msg
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// IsBundle reports whether dir is a folder with a uk.json.
func IsBundle(dir string) bool {
	st, err := os.Stat(filepath.Join(dir, InfoFile))
	return err == nil && st.Mode().IsRegular()
}

// Open reads the bundle in dir and checks that its kernel and its root file
// system belong together: the kernel by its whole contents, the file system by
// its whole contents too if that is quick, else by its size, its start and its
// end, where the tables of an image are. [Bundle.Check] leaves nothing out.
func Open(dir string) (*Bundle, error) {
	name := filepath.Join(dir, InfoFile)
	b, err := readBounded(name, maxInfo)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Lstat(dir); errors.Is(err, fs.ErrNotExist) {
			return nil, &Error{Path: dir, Msg: "no such image: `uk build -o " + dir + "` makes one"}
		}
		return nil, &Error{Path: dir, Msg: "is no image: it has no " + InfoFile + "; make one with `uk build -o " + dir + "`"}
	}
	if err != nil {
		return nil, err
	}
	im := &Bundle{Dir: dir}
	if err := im.parse(name, b); err != nil {
		return nil, err
	}
	kernel, err := ReadKernel(im.Kernel())
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(kernel); hex.EncodeToString(sum[:]) != im.KernelSHA256 || int64(len(kernel)) != im.KernelSize {
		return nil, &Error{Path: im.Kernel(), Msg: "is not the kernel that this image was built with, as " + InfoFile + " says; build the image again"}
	}
	if err := im.checkRoot(spot); err != nil {
		return nil, err
	}
	return im, nil
}

// parse reads the text of a uk.json, which name says for errors.
func (im *Bundle) parse(name string, text []byte) error {
	if err := json.Unmarshal(text, &im.Info); err != nil {
		return &Error{Path: name, Msg: "is damaged; build the image again", Err: err}
	}
	if im.Format != Format {
		return &Error{Path: name, Msg: fmt.Sprintf("has format %d, this program reads %d; build the image again", im.Format, Format)}
	}
	if err := im.Info.check(); err != nil {
		return &Error{Path: name, Msg: err.Error() + "; build the image again"}
	}
	return nil
}

// Write puts the text of a uk.json into the folder dir.
func (i *Info) Write(dir string) error {
	text, err := json.MarshalIndent(i, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, InfoFile), append(text, '\n'), 0o666)
}

// check refuses what no build writes, which others could take for more than it is.
func (i *Info) check() error {
	if len(i.Command) == 0 || !strings.HasPrefix(i.Command[0], "/") {
		return errors.New("names no command")
	}
	for _, m := range i.Mounts {
		if err := m.Check(); err != nil {
			return fmt.Errorf("mounts: %w", err)
		}
	}
	if err := CheckMachine(i.Memory, i.CPUs, i.Cwd, i.Hostname); err != nil {
		return err
	}
	if i.Overlay != "" && i.Overlay != kvmboot.OverlayMemory {
		return fmt.Errorf("overlay %q: want %s", i.Overlay, kvmboot.OverlayMemory)
	}
	if err := CheckASLR(i.ASLR); err != nil {
		return err
	}
	if err := CheckUlimits(i.Ulimits); err != nil {
		return err
	}
	if err := CheckUser(i.User); err != nil {
		return err
	}
	for _, list := range []struct {
		key   string
		names []string
	}{{"modules", i.Modules}, {"drivers", i.Drivers}, {"syscalls", i.Syscalls}} {
		for _, name := range list.names {
			if !ValidName(name) {
				return fmt.Errorf("%s: %q is no name", list.key, name)
			}
		}
	}
	for k := range i.Services {
		if err := i.Services[k].check(); err != nil {
			return err
		}
	}
	return nil
}

// Check is the thorough form of what Open does: the whole root file system is
// read. progress is told how many bytes of how many; nil: nobody is.
func (im *Bundle) Check(progress func(done, total int64)) error {
	return im.checkRoot(func(r io.ReaderAt, size int64) (string, error) {
		if size != im.RootSize {
			return "", nil
		}
		h := sha256.New()
		for at := int64(0); at < size; at += spotPart {
			if _, err := io.Copy(h, io.NewSectionReader(r, at, min(spotPart, size-at))); err != nil {
				return "", err
			}
			if progress != nil {
				progress(min(at+spotPart, size), size)
			}
		}
		if hex.EncodeToString(h.Sum(nil)) != im.RootSHA256 {
			return "", nil
		}
		return im.RootSpot, nil
	})
}

func (im *Bundle) checkRoot(digest func(io.ReaderAt, int64) (string, error)) error {
	f, err := os.OpenFile(im.Root(), os.O_RDONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return err
	}
	got := ""
	if st.Mode().IsRegular() && st.Size() == im.RootSize {
		if got, err = digest(f, st.Size()); err != nil {
			return &Error{Path: im.Root(), Msg: "cannot be read", Err: err}
		}
	}
	if got != im.RootSpot {
		return &Error{Path: im.Root(), Msg: "does not belong to this image's kernel, as " + InfoFile + " says; build the image again"}
	}
	return nil
}

// Parts of a root file system that spot reads, in bytes.
const (
	spotWhole = 8 << 20
	spotPart  = 1 << 20
)

// spot is a digest that is quick for a file of any size: of the whole if it is
// small, else of its size, its first and its last megabyte.
func spot(r io.ReaderAt, size int64) (string, error) {
	h := sha256.New()
	parts := [][2]int64{{0, size}}
	if size > spotWhole {
		parts = [][2]int64{{0, spotPart}, {size - spotPart, spotPart}}
	}
	fmt.Fprintf(h, "%d\n", size)
	for _, p := range parts {
		if n, err := io.Copy(h, io.NewSectionReader(r, p[0], p[1])); err != nil || n != p[1] {
			return "", errors.Join(err, io.ErrUnexpectedEOF)
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// ReadKernel reads the file of a kernel.
func ReadKernel(name string) ([]byte, error) { return readBounded(name, MaxKernel) }

// readBounded reads a whole file of at most limit bytes.
func readBounded(name string, limit int64) ([]byte, error) {
	f, err := os.OpenFile(name, os.O_RDONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !st.Mode().IsRegular() || st.Size() > limit {
		return nil, &Error{Path: name, Msg: fmt.Sprintf("is no regular file of at most %d bytes; build the image again", limit)}
	}
	var b bytes.Buffer
	b.Grow(int(st.Size()) + bytes.MinRead)
	_, err = b.ReadFrom(io.LimitReader(f, limit))
	return b.Bytes(), err
}

func SpotFile(name string) (string, error) {
	f, st, err := bounded.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	return spot(f, st.Size())
}

// Files are those of the image's folder.
func (im *Bundle) Files() (list []string) {
	for _, name := range FileNames() {
		list = append(list, filepath.Join(im.Dir, name))
	}
	return list
}
