package tests

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// ext4Said is what tests/programs/ext4/calls.c says on ext4 with blocks of 4096 bytes.
func ext4Said(t *testing.T, name string) string {
	t.Helper()
	said, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(said)
}

// onExt4 reports whether a folder of the host can be the referee: its ext4 has blocks of 4096 bytes, and root may do all.
func onExt4(t *testing.T, dir string) bool {
	t.Helper()
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		t.Fatal(err)
	}
	return st.Type == unix.EXT4_SUPER_MAGIC && st.Bsize == 4096 && os.Geteuid() == 0
}

// TestExt4Calls has a program use fallocate, shared mappings, extended attributes and O_TMPFILE: it says what it says on the
// host's ext4, a second machine finds all of it, and e2fsck finds no fault.
func TestExt4Calls(t *testing.T) {
	prog := c("ext4/calls.c", "-w")(t, t.TempDir())
	want, left := ext4Said(t, "ext4.calls"), ext4Said(t, "ext4.check")
	if dir := t.TempDir(); onExt4(t, dir) {
		if got := hostOutput(t, prog, dir); got != want {
			t.Errorf("the host's ext4:\n%s", difference(want, got))
		}
		if got := hostOutput(t, prog, dir, "check"); got != left {
			t.Errorf("the host's ext4, what is left:\n%s", difference(left, got))
		}
	}
	onMachines(t, func(t *testing.T, m machineKind) {
		disk := ext4Disk(t, 64<<20, "-b", "4096")
		m.withExt4(disk, "")
		img := m.build(t, prog)
		if got, status := runBuilt(t, img, m.opt, "/mnt/top"); status != 0 || got != want {
			t.Errorf("status %d:\n%s", status, difference(want, got))
		}
		ext4Clean(t, disk)
		if got, status := runBuilt(t, img, m.opt, "/mnt/top", "check"); status != 0 || got != left {
			t.Errorf("another machine, status %d:\n%s", status, difference(left, got))
		}
	})
}

// TestExt4Random changes a file by write, stores to a mapping, fallocate and ftruncate, beside a model of it in memory.
func TestExt4Random(t *testing.T) {
	prog := c("ext4/calls.c", "-w")(t, t.TempDir())
	const want = "seed 1: 106303 bytes, 2359156373\n" +
		"seed 2: 562339 bytes, 2713833616\n" +
		"seed 3: 614400 bytes, 3228223270\n" +
		"seed 4: 614400 bytes, 4021832850\n"
	img, opt := ext4Image(t, prog)
	for _, options := range []string{"-b 4096", "-b 2048 -O ^64bit", "-b 1024 -O ^metadata_csum", "-b 1024 -I 128 -O ^flex_bg,^resize_inode"} {
		opt.Drives[0].Path = ext4Disk(t, 24<<20, strings.Fields(options)...)
		if got, status := runBuilt(t, img, opt, "/mnt/top", "random", "1", "300"); status != 0 || got != want {
			t.Errorf("%s: status %d:\n%s", options, status, difference(want, got))
		}
		ext4Clean(t, opt.Drives[0].Path)
	}
}
