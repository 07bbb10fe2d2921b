package elffile

import (
	"bytes"
	"os"
	"testing"
)

// readAll uses every reader of the package on one file.
func readAll(b []byte) {
	f, err := NewFile(bytes.NewReader(b), int64(len(b)), "fuzz")
	if err != nil {
		return
	}
	f.Symbols()
	f.CopySymbols()
	f.Sections()
	f.GoInfo()
	f.ConstStrings(func(b []byte) bool { return len(b) == 4 })
	f.IsStatic()
	f.Funcs()
	f.FindExec([]byte{0x0f, 0x05})
}

func FuzzFile(f *testing.F) {
	for _, name := range []string{"testdata/pie.elf", "testdata/exec.elf"} {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
		f.Add(b[:len(b)/2])
	}
	f.Fuzz(func(t *testing.T, b []byte) { readAll(b) })
}

// TestEveryByteDamaged damages a small file at each byte in turn.
func TestEveryByteDamaged(t *testing.T) {
	for _, name := range []string{"testdata/pie.elf", "testdata/exec.elf"} {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i := range b {
			old := b[i]
			for _, v := range []byte{0, 1, 0x7f, 0xff, old ^ 0x80} {
				b[i] = v
				readAll(b)
			}
			b[i] = old
		}
		for n := range b {
			readAll(b[:n])
		}
	}
}
