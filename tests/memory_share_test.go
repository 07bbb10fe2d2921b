package tests

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
)

// TestMapLarge maps a file that is larger than the machine's memory, from a shared folder, and reads all of it: pages
// that can be read again leave, what the program wrote to stays.
func TestMapLarge(t *testing.T) {
	prog := c("memory/bigfile.c")(t, t.TempDir())
	onMachines(t, func(t *testing.T, m machineKind) {
		folder := m.withShare(t)
		m.opt.Memory = 24 * mb
		data := make([]byte, 48*mb)
		for i := 0; i < len(data); i += 4096 {
			binary.LittleEndian.PutUint64(data[i:], uint64(i/8))
		}
		if err := os.WriteFile(filepath.Join(folder, "big"), data, 0o600); err != nil {
			t.Fatal(err)
		}
		got, status := m.run(t, prog, "/mnt/big")
		if want := "0 wrong, 0 lost\n"; status != 0 || got != want {
			t.Errorf("status %d:\n%s", status, difference(want, got))
		}
	})
}
