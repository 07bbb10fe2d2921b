package coredump

import (
	"bytes"
	"debug/elf"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// A core file has what it was given, zeros as holes, and its permissions and name at once.
func TestSave(t *testing.T) {
	c := &Core{PID: 1, Signal: 11, Name: "prog", Args: "prog arg", Auxv: make([]byte, 16), Files: []File{{0x1000, 0x3000, 0x2000, "/prog"}},
		Threads: []Thread{{ID: 1, Vector: bytes.Repeat([]byte{1}, 832)}, {ID: 7}},
		Areas: []Area{{0x1000, 0x1000 + 64<<12, elf.PF_R, func(addr uint64, b []byte) bool {
			for i := range b {
				b[i] = 0
			}
			if addr == 0x5000 {
				b[3] = 9
			}
			return addr < 0x20000
		}, nil}, {0x100000, 0x101000, elf.PF_R | elf.PF_W, func(uint64, []byte) bool { return false }, nil}}}
	dir := t.TempDir()
	path, err := c.Save(dir, "core.prog.1")
	if err != nil || path != filepath.Join(dir, "core.prog.1") {
		t.Fatal(path, err)
	}
	st, err := os.Stat(path)
	if err != nil || st.Mode() != 0o600 {
		t.Errorf("%v %v", st.Mode(), err)
	}
	var raw unix.Stat_t
	if err := unix.Stat(path, &raw); err != nil || raw.Blocks*512 > 64<<10 {
		t.Errorf("%v: %d bytes on disk", err, raw.Blocks*512)
	}
	f, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if f.Type != elf.ET_CORE || len(f.Progs) != 3 || f.Progs[1].Vaddr != 0x1000 || f.Progs[1].Filesz != 64<<12 || f.Progs[2].Flags != elf.PF_R|elf.PF_W {
		t.Errorf("%v %+v", f.Type, f.Progs)
	}
	page := make([]byte, 4096)
	if _, err := f.Progs[1].ReadAt(page, 0x4000); err != nil || page[3] != 9 {
		t.Errorf("%v %d", err, page[3])
	}
	if st.Size() != int64(f.Progs[2].Off+f.Progs[2].Filesz) {
		t.Errorf("%d bytes", st.Size())
	}
	if _, err := c.Save(filepath.Join(dir, "none"), "core"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("in a folder that is not there: %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

// An area that is most of the address space takes as long as what is in it, and one that has something everywhere is refused, not
// written until the disk is full.
func TestHugeAreas(t *testing.T) {
	full := func(addr uint64, b []byte) bool { b[0] = 1; return true }
	sparse := Area{Start: 0x1000, End: 1 << 40, Read: full, Next: func(addr uint64) (uint64, bool) {
		return max(addr, 1<<39), addr <= 1<<39
	}}
	c := &Core{Areas: []Area{sparse}, MaxPages: 10}
	dir := t.TempDir()
	path, err := c.Save(dir, "sparse")
	if err != nil {
		t.Fatal(err)
	}
	f, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b := make([]byte, 1)
	if _, err := f.Progs[1].ReadAt(b, 1<<39-0x1000); err != nil || b[0] != 1 {
		t.Errorf("%v %d", err, b[0])
	}
	c.Areas = []Area{{Start: 0x1000, End: 1 << 40, Read: full}}
	if _, err := c.Save(dir, "full"); !errors.Is(err, errTooLarge) {
		t.Errorf("an area that has something everywhere: %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

// A link that somebody put there before is not followed.
func TestSaveText(t *testing.T) {
	dir := t.TempDir()
	victim := filepath.Join(dir, "victim")
	for _, name := range []string{"core.kernel", ".core.kernel"} {
		if err := errors.Join(os.WriteFile(victim, []byte("mine"), 0o600), os.Symlink(victim, filepath.Join(dir, name))); err != nil {
			t.Fatal(err)
		}
		_, err := SaveText(dir, "core.kernel", []byte("symbols"))
		if b, _ := os.ReadFile(victim); string(b) != "mine" || (err != nil) != (name[0] == '.') {
			t.Errorf("%s: %v, %q", name, err, b)
		}
	}
}
