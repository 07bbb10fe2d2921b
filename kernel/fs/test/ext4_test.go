package fstest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"uk.example/internal/testenv"
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
	t.Parallel()
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

// checkExt4 has e2fsck replay the journal of a disk, if there is something in it, and look for faults then.
func checkExt4(t *testing.T, disk string) {
	t.Helper()
	e2fsck := testenv.MustHave(t, "e2fsck")
	out, err := exec.Command(e2fsck, "-p", disk).CombinedOutput()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.ExitCode() == 1 {
		err = nil
	}
	if err != nil {
		t.Errorf("e2fsck -p %s: %v\n%s", filepath.Base(disk), err, out)
	}
	if out, err := exec.Command(e2fsck, "-fn", disk).CombinedOutput(); err != nil {
		t.Errorf("e2fsck -fn %s: %v\n%s", filepath.Base(disk), err, out)
	}
}

// A disk loses what was not flushed when it is cut off. What fsync and its like promised is there when it is mounted again, and e2fsck
// finds no fault: on the disk as it was left, after it replayed the journal, and as the guest's kernel leaves it.
func TestExt4Unflushed(t *testing.T) {
	t.Parallel()
	rounds := 10
	if n, err := strconv.Atoi(os.Getenv("UK_SOAK_DISKS")); err == nil {
		rounds = n
	}
	root := isoRoot(t)
	for i, options := range []string{"", "-O ^metadata_csum,^64bit", "-b 4096"} {
		disk, dir := ext4Disk(t, false, strings.Fields(options)...), t.TempDir()
		out, status := run(t, ".", "ext4-drop", root, disk, fmt.Sprint(1+i), fmt.Sprint(rounds), dir)
		if status != 0 {
			t.Fatalf("%s: status %d\n%s", options, status, clip(out))
		}
		for k := range rounds {
			for _, what := range []string{"cut", "mounted"} {
				left := filepath.Join(dir, fmt.Sprint(k, ".", what))
				checkExt4(t, left)
				os.Remove(left)
			}
		}
	}
}
