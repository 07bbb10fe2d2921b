package tests

import (
	"bytes"
	"context"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"uk.example"
	"uk.example/internal/testenv"
	"uk.example/kvmboot"
)

// discFolder is what is put on discs.
func discFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	big := make([]byte, 3<<20+777)
	rand.New(rand.NewSource(8)).Read(big)
	for name, data := range map[string][]byte{
		"top.txt": []byte("at the top\n"), "empty": nil, "Two Words": []byte("x"), strings.Repeat("long", 60): []byte("y"),
		"folder/big": big, "folder/deeper/still/file": big[:5000], "meta-data": []byte("instance-id: 1\n"),
	} {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, data, 0o640); err != nil {
			t.Fatal(err)
		}
	}
	for name, target := range map[string]string{"link": "folder/big", "up": "../tmp", "absolute": "/proc/self/exe", "dangling": "nowhere/at all"} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(testenv.MustHave(t, "gcc"), "-shared", "-fPIC", "-O1", "-o", filepath.Join(dir, "lib.so"), "-x", "c", "-")
	cmd.Stdin = strings.NewReader("static int seven = 7, *p = &seven; int answer(int n) { return n * *p; }\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	day := time.Unix(1234567890, 0)
	for _, name := range []string{"top.txt", "folder"} {
		if err := os.Chtimes(filepath.Join(dir, name), day, day); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func discOf(t *testing.T, folder string) kvmboot.Drive {
	t.Helper()
	out := filepath.Join(t.TempDir(), "disc.iso")
	testenv.Run(t, testenv.MustHave(t, "xorriso"), "-as", "mkisofs", "-R", "-J", "-joliet-long", "-quiet", "-V", "cidata", "-o", out, folder)
	return kvmboot.Drive{Path: out, ReadOnly: true}
}

// withDisc makes the machine have a disc and a drive that is none, and the modules of discs where it has others.
func (m *machineKind) withDisc(t *testing.T, disc kvmboot.Drive) (disk, other string) {
	t.Helper()
	rubbish := driveFile(t, bytes.Repeat([]byte("rubbish "), 1<<14), 1<<17)
	m.opt.Drives = []kvmboot.Drive{disc, {Path: rubbish, ReadOnly: true}}
	m.drivers = append([]string{"iso9660_fs=" + m.value(), "mounting=" + m.value()}, m.drivers...)
	last := len(m.first) - 1
	return m.first, m.first[:last] + string(m.first[last]+1)
}

// listedDisc makes a disc, and says what a program tells of the folder that it was made from.
func listedDisc(t *testing.T) (prog string, disc kvmboot.Drive, want string) {
	t.Helper()
	prog = c("disc.c", "-ldl")(t, t.TempDir())
	folder := discFolder(t)
	return prog, discOf(t, folder), hostOutput(t, prog, "list", folder)
}

// TestDisc mounts a disc and compares what is in it with the folder that it was made from.
func TestDisc(t *testing.T) {
	prog, disc, want := listedDisc(t)
	onMachines(t, func(t *testing.T, m machineKind) {
		disk, other := m.withDisc(t, disc)
		got, status := m.run(t, prog, "mount", disk, other)
		if status != 0 || got != want {
			t.Errorf("status %d:\n%s", status, difference(want, got))
		}
	})
}

// TestDiscAtBoot has the disc mounted before the program starts, by what the machine is told.
func TestDiscAtBoot(t *testing.T) {
	prog, disc, want := listedDisc(t)
	onMachines(t, func(t *testing.T, m machineKind) {
		disk, other := m.withDisc(t, disc)
		m.opt.Mounts = []kvmboot.Mount{{Source: disk, Target: "/data", Type: "iso9660", Options: "ro"}}
		got, status := m.run(t, prog, "list", "/data")
		if status != 0 || got != want {
			t.Errorf("status %d:\n%s", status, difference(want, got))
		}
		m.opt.Mounts[0].Source = other
		if _, status := m.run(t, prog, "list", "/data"); status != 126 {
			t.Errorf("with a disk that is no disc: status %d", status)
		}
	})
}

// The file system is in the kernel, in a module that is loaded when it is asked for, or not there.
func TestDiscModule(t *testing.T) {
	needKVM(t)
	testenv.MustHaveKit(t, uk.FindKit)
	prog := c("disc.c", "-ldl")(t, t.TempDir())
	disc := discOf(t, discFolder(t))
	for _, tt := range []struct {
		drivers, want string
		loaded        []string
	}{
		{"iso9660_fs", "mount: done", nil},
		{"mounting,iso9660_fs=m", "mount: done", []string{"module iso9660_fs.so: loaded for fs-iso9660"}},
		{"mounting=m,iso9660_fs=m", "mount: done", []string{"module mounting.so: loaded for vfs_mount", "module iso9660_fs.so: loaded for fs-iso9660"}},
		{"mounting", "mount: ENODEV", nil},
		{"mounting=m", "mount: ENODEV", []string{"module mounting.so: loaded for vfs_mount"}},
		{"-mounting", "mount: EPERM", nil},
	} {
		t.Run(tt.drivers, func(t *testing.T) {
			t.Parallel()
			m := machineKinds[0]
			m.opt.Drives, m.opt.Verbose = []kvmboot.Drive{disc}, true
			m.drivers = strings.Split(tt.drivers, ",")
			var b bytes.Buffer
			ctx, cancel := context.WithTimeout(context.Background(), kvmDeadline)
			defer cancel()
			m.opt.Stdout, m.opt.Stderr, m.opt.Args = &b, &b, []string{"try", m.first}
			st, err := m.build(t, prog).Run(ctx, m.opt)
			out := b.String()
			if err != nil || st.ExitCode() != 0 || !strings.Contains(out, tt.want+"\n") {
				t.Errorf("%v, %v, output:\n%s", st, err, out)
			}
			for _, line := range tt.loaded {
				if !strings.Contains(out, line) {
					t.Errorf("no %q in the output:\n%s", line, out)
				}
			}
			if strings.Count(out, ".so: loaded") != len(tt.loaded) {
				t.Errorf("other modules were loaded:\n%s", out)
			}
		})
	}
}
