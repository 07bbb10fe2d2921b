package fstest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"uk/internal/testenv"
)

// ext4Disk makes a file system with a little of everything, whose journal is not empty if replay is set.
func ext4Disk(t *testing.T, replay bool, options ...string) string {
	t.Helper()
	dir := isoTree(t, true, 60)
	for _, name := range []string{"long-link", "very-long"} {
		os.Remove(filepath.Join(dir, name))
	}
	f, err := os.Create(filepath.Join(dir, "holes"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range int64(300) {
		if _, err := f.WriteAt([]byte("here"), i*5000); err != nil {
			t.Fatal(err)
		}
	}
	f.Close()
	disk := filepath.Join(t.TempDir(), "disk")
	if err := os.WriteFile(disk, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(disk, 8<<20); err != nil {
		t.Fatal(err)
	}
	testenv.Run(t, testenv.MustHave(t, "mke2fs"), append(append([]string{"-q", "-F", "-t", "ext4", "-b", "1024", "-N", "512"}, options...), "-d", dir, disk)...)
	if replay {
		list := filepath.Join(t.TempDir(), "commands")
		if err := os.WriteFile(list, []byte("jo -c\njw -b 333,444,555 /etc/passwd\njw -r 777\njw -b 1200 /etc/passwd\njc\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		testenv.Run(t, testenv.MustHave(t, "debugfs"), "-w", "-f", list, disk)
	}
	return disk
}

// A disk that is damaged anywhere cannot make the guest touch what it should not, go on for ever or lose memory, read or written.
func TestExt4Damaged(t *testing.T) {
	rounds := 300
	if testing.Short() {
		rounds = 100
	}
	root := isoRoot(t)
	for i, tt := range []struct {
		options string
		replay  bool
	}{{"-O ^metadata_csum,^uninit_bg", false}, {"-O ^metadata_csum,^64bit", true}, {"", true}, {"-O ^metadata_csum,^extents,^64bit", false}} {
		disk := ext4Disk(t, tt.replay, strings.Fields(tt.options)...)
		out, status := run(t, ".", "ext4-damage", root, disk, fmt.Sprint(1+i*1000000), fmt.Sprint(rounds))
		if t.Log(tt.options, clip(out)); status != 0 {
			t.Errorf("status %d", status)
		}
	}
}
