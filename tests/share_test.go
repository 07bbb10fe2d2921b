package tests

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"uk.example"
	"uk.example/internal/testenv"
	"uk.example/kvmboot"
)

// withShare makes the machine have a new folder at /mnt, and the modules of shares where it has others.
func (m *machineKind) withShare(t *testing.T) (folder string) {
	t.Helper()
	folder = t.TempDir()
	m.opt.Shares = []uk.Share{{Path: folder, Target: "/mnt"}}
	m.drivers = append([]string{"virtio_9p=" + m.value(), "mounting=" + m.value()}, m.drivers...)
	return folder
}

func (m *machineKind) value() string {
	if strings.HasSuffix(m.name, "-modules") {
		return "m"
	}
	return "y"
}

// hostOutput runs a program on the host and gives what it writes.
func hostOutput(t *testing.T, argv ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), hostLimit)
	defer cancel()
	out, err := hostCommand(ctx, argv...).CombinedOutput()
	if err != nil {
		t.Fatalf("on the host: %v\n%s", err, out)
	}
	return string(out)
}

// TestShare does the same to a folder on the host and to a shared one in the guest: what the calls
// answer must be the same, and what the folders hold then.
func TestShare(t *testing.T) {
	prog := c("share.c", "-w")(t, t.TempDir())
	own := t.TempDir()
	want := hostOutput(t, prog, own)
	onMachines(t, func(t *testing.T, m machineKind) {
		folder := m.withShare(t)
		got, status := m.run(t, prog, "/mnt")
		if status != 0 || got != want {
			t.Errorf("status %d:\n%s", status, difference(want, got))
		}
		if out, err := exec.Command("diff", "-r", "--no-dereference", own, folder).CombinedOutput(); err != nil {
			t.Errorf("the folders differ:\n%s", clip(string(out)))
		}
	})
}

// TestShareMaps writes to shared mappings of files in a share: what shows in the guest is what the host's file systems show,
// and the folder holds the same when the guest has ended, in whatever way.
func TestShareMaps(t *testing.T) {
	prog := c("fs/share_maps.c", "-w", "-pthread")(t, t.TempDir())
	own := t.TempDir()
	want := hostOutput(t, prog, own)
	ends := []struct {
		name   string
		status int
	}{{"returned", 3}, {"moved", 3}, {"killed", 137}}
	for _, e := range ends {
		cmd := exec.Command(prog, own, e.name)
		cmd.Run()
	}
	onMachines(t, func(t *testing.T, m machineKind) {
		m.opt.CPUs = 2
		folder := m.withShare(t)
		if got, status := m.run(t, prog, "/mnt"); status != 0 || got != want {
			t.Errorf("status %d:\n%s", status, difference(want, got))
		}
		if _, status := m.run(t, prog, "/mnt", "tail"); status != 0 {
			t.Errorf("what was stored behind the end of a file is there when it grows (status %d)", status)
		}
		for _, e := range ends {
			if got, status := m.run(t, prog, "/mnt", e.name); status != e.status || got != "" {
				t.Errorf("%s: status %d, %q", e.name, status, got)
			}
		}
		if out, err := exec.Command("diff", "-r", own, folder).CombinedOutput(); err != nil {
			t.Errorf("the folders differ:\n%s", clip(string(out)))
		}
	})
}

// TestShareStale has a page of a mapping replaced while it is about to become writable, and another processor reads it.
func TestShareStale(t *testing.T) {
	prog := c("fs/share_stale.c", "-w", "-pthread")(t, t.TempDir())
	want := hostOutput(t, prog, t.TempDir())
	onMachines(t, func(t *testing.T, m machineKind) {
		m.opt.CPUs = 2
		m.withShare(t)
		if got, status := m.run(t, prog, "/mnt"); status != 0 || got != want {
			t.Errorf("status %d: %s", status, got)
		}
	})
}

// tellWriter closes a channel at the first byte.
type tellWriter struct{ told chan struct{} }

func (w *tellWriter) Write(p []byte) (int, error) {
	select {
	case <-w.told:
	default:
		close(w.told)
	}
	return len(p), nil
}

// TestShareCutShort: of a process that is killed the host keeps what it stored in shared mappings; so it is with a guest
// that the runner ends, whether the program is busy or waits. This one has no use for signals.
func TestShareCutShort(t *testing.T) {
	testenv.MustHaveKit(t, uk.FindKit)
	needKVM(t)
	prog := c("fs/share_cut.c", "-w")(t, t.TempDir())
	m := machineKind{name: "kvm", opt: uk.RunOptions{VMM: uk.VMMBuiltin}}
	folder := m.withShare(t)
	img := m.build(t, prog)
	for _, how := range []string{"waits", "busy"} {
		ctx, cancel := context.WithTimeout(context.Background(), tcgDeadline)
		defer cancel()
		out := &tellWriter{make(chan struct{})}
		go func() { <-out.told; cancel() }()
		m.opt.Stdout, m.opt.Args = out, []string{"/mnt", how}
		if st, err := img.Run(ctx, m.opt); st.Kind != kvmboot.KindCanceled {
			t.Fatalf("%s: %v, %v", how, st, err)
		}
		if got, err := os.ReadFile(filepath.Join(folder, how)); err != nil || len(got) != 2*4096 || !strings.HasPrefix(string(got[4092:]), "at the end") {
			t.Errorf("%s: %d bytes of the file, %v; %.10q", how, len(got), err, got[min(4092, len(got)):])
		}
	}
}

// serveChanges does to files of the folder what the guest asks for in the file "ask", which it then removes.
func serveChanges(ctx context.Context, t *testing.T, folder string) {
	ask := filepath.Join(folder, "ask")
	for ; ctx.Err() == nil; time.Sleep(time.Millisecond) {
		line, err := os.ReadFile(ask)
		if err != nil {
			continue
		}
		words := append(strings.Fields(string(line)), "")
		name := filepath.Join(folder, words[1])
		switch words[0] {
		case "write":
			err = os.WriteFile(name, []byte(words[2]), 0o666)
		case "append":
			var f *os.File
			if f, err = os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0); err == nil {
				_, err = f.WriteString(words[2])
				f.Close()
			}
		case "replace":
			if err = os.WriteFile(name+".new", []byte(words[2]), 0o666); err == nil {
				err = os.Rename(name+".new", name)
			}
		case "remove":
			err = os.Remove(name)
		}
		if err != nil {
			t.Error(err)
		}
		if err := os.Remove(ask); err != nil {
			t.Error(err)
		}
	}
}

// TestShareChanges lets the host change what the guest has open, mapped and seen, and mounts the folder twice.
func TestShareChanges(t *testing.T) {
	dir := t.TempDir()
	prog := c("share_changes.c", "-w", "-ldl")(t, dir)
	library := func(folder string) {
		cmd := exec.Command("gcc", "-shared", "-fPIC", "-O1", "-o", filepath.Join(folder, "lib.so"), "-x", "c", "-")
		cmd.Stdin = strings.NewReader("static int seven = 7, *p = &seven; int answer(int n) { return n * *p; }\n")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	run := func(t *testing.T, folder string, f func()) {
		library(folder)
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan struct{})
		go func() { serveChanges(ctx, t, folder); close(done) }()
		f()
		cancel()
		<-done
	}
	var want string
	folder := t.TempDir()
	run(t, folder, func() { want = hostOutput(t, prog, folder) })
	onMachines(t, func(t *testing.T, m machineKind) {
		folder := m.withShare(t)
		run(t, folder, func() {
			got, status := m.run(t, prog, "/mnt", "mounts")
			if status != 0 || !strings.HasPrefix(got, want) || got[len(want):] != shareMounts {
				t.Errorf("status %d:\n%s", status, difference(want+shareMounts, got))
			}
		})
	})
}

const shareMounts = `mount("share0", "/tmp/m", "9p", 0, "nonsense"): EINVAL
mount("share0", "/tmp/m", "9p", 0, "msize=100"): EINVAL
mount("share0", "/tmp/m", "9p", 0, "version=9p2000.u"): EINVAL
mount("no such tag", "/tmp/m", "9p", 0, ""): ENXIO
mount("share0", "/tmp/m", "9p", 0, "trans=virtio,version=9p2000.L,msize=8192,access=any,cache=mmap"): done
mount("share0", "/tmp/m", "9p", 0, ""): EBUSY
written: 40000
map == MAP_FAILED ? -1 : 0: done
munmap(map, 4096): done
the same: 1, on another device: 1, size 40000
rename("/tmp/m/made", "made2"): EXDEV
link("/tmp/m/made", "made2"): EXDEV
umount("/tmp/m"): EBUSY
umount("/tmp/m"): done
watch 1: 40002000, 0 0
watch 1: 8000, 0 0
watch 2: 2000, 0 0
watch 2: 8000, 0 0
open("/tmp/m/made", O_RDONLY): ENOENT
mount("share0", "/tmp/m", "9p", MS_RDONLY, ""): done
fchmod(fd, 0644): EROFS
open("/tmp/m/made", O_RDWR): EROFS
truncate("/tmp/m/made", 1): EROFS
unlink("/tmp/m/made"): EROFS
mkdir("/tmp/m/d", 0700): EROFS
utimensat(AT_FDCWD, "/tmp/m/made", NULL, 0): EROFS
umount2("/tmp/m", MNT_DETACH): done
read: 10
unlink("made"): done
`

// TestShareBelowTmp has a share some folders below /tmp and a program that writes nothing, whose kernel
// mounts nothing on /tmp and cannot make folders there.
func TestShareBelowTmp(t *testing.T) {
	prog := c("exit7.c")(t, t.TempDir())
	onMachines(t, func(t *testing.T, m machineKind) {
		m.withShare(t)
		m.opt.Shares[0].Target = "/tmp/a/b/c"
		img, err := uk.Build(context.Background(), uk.Options{
			Binary: prog, Profile: m.profile, Drivers: m.drivers, Need: m.opt.Needs(),
			MountPoints: m.opt.MountPoints(), Output: filepath.Join(t.TempDir(), "image.uk"),
		})
		if err != nil {
			t.Fatal(err)
		}
		if out, status := runBuilt(t, img, m.opt); status != 7 {
			t.Errorf("status %d: %q", status, out)
		}
	})
}

// TestShareReadOnly has a share that the host only lets read, and one over a folder that the kernel has its own files in.
func TestShareReadOnly(t *testing.T) {
	busybox := testenv.MustHaveFile(t, "/bin/busybox")
	onMachines(t, func(t *testing.T, m machineKind) {
		folder := m.withShare(t)
		m.opt.Shares[0].ReadOnly = true
		over := t.TempDir()
		m.opt.Shares = append(m.opt.Shares, uk.Share{Path: over, Target: "/tmp"}, uk.Share{Path: over, Target: "/run/a/b/c"})
		if err := os.WriteFile(filepath.Join(folder, "file"), []byte("readable\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		img := m.build(t, busybox)
		if out, status := runBuilt(t, img, m.opt, "cat", "/mnt/file"); status != 0 || out != "readable\n" {
			t.Errorf("status %d: %q", status, out)
		}
		for _, args := range [][]string{{"touch", "/mnt/new"}, {"rm", "-f", "/mnt/file"}, {"chmod", "777", "/mnt/file"}} {
			if out, status := runBuilt(t, img, m.opt, args...); status != 1 || !strings.Contains(out, "Read-only file system") {
				t.Errorf("%q: status %d: %q", args, status, out)
			}
		}
		if out, status := runBuilt(t, img, m.opt, "touch", "/tmp/new"); status != 0 {
			t.Errorf("/tmp: status %d: %q", status, out)
		} else if _, err := os.Stat(filepath.Join(over, "new")); err != nil {
			t.Error(err)
		}
		// Folders on the way to it are made in what is empty at the start.
		if out, status := runBuilt(t, img, m.opt, "ls", "/run/a/b/c"); status != 0 || out != "new\n" {
			t.Errorf("/run/a/b/c: status %d: %q", status, out)
		}
	})
}

// TestShareNew makes files in a share as root and as somebody else: they are those of who runs the guest, or if that is root, of
// whom the program is, with the modes and times that the host then shows, to the nanosecond.
func TestShareNew(t *testing.T) {
	prog := c("fs/share_new.c")(t, t.TempDir())
	for _, user := range []string{"", "1234:99"} {
		t.Run("user="+user, func(t *testing.T) {
			needKVM(t)
			m := machineKinds[0]
			folder := m.withShare(t)
			img, err := uk.Build(context.Background(), uk.Options{Binary: prog, User: user, Drivers: m.drivers, Need: m.opt.Needs(),
				MountPoints: m.opt.MountPoints(), Output: filepath.Join(t.TempDir(), "image.uk")})
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]uint32{"plain": 0o100640, "private": 0o100600, "none": 0o100000, "setuid": 0o100755, "folder": 0o40775,
				"sticky": 0o41777, "link": 0o120777, "hard": 0o100640, "folder/moved": 0o100777}
			args, owner := []string{"/mnt"}, os.Geteuid()
			if user != "" { // whom the folder lets make files, and who owns none of them
				args = append(args, "new")
				if owner == 0 {
					owner = 1234
				}
				if err := os.Chmod(folder, 0o777); err != nil {
					t.Fatal(err)
				}
				want["plain"], want["open"] = 0o100644, 0o100777
				delete(want, "hard")
				delete(want, "folder/moved")
			}
			out, status := runBuilt(t, img, m.opt, args...)
			if status != 0 {
				t.Fatalf("status %d: %s", status, out)
			}
			last := map[string]string{} // what the guest said of each at last
			for _, line := range strings.Split(out, "\n") {
				if strings.Contains(line, " is older") || strings.HasPrefix(line, "-") {
					t.Error(line)
				}
				line = strings.TrimPrefix(line, "0")
				if name, rest, ok := strings.Cut(line, " "); ok {
					last[name] = rest
				}
			}
			last["hard"] = last["plain"] // one file
			for name, mode := range want {
				var st syscall.Stat_t
				if err := syscall.Lstat(filepath.Join(folder, name), &st); err != nil {
					t.Error(err)
					continue
				}
				if st.Mode != mode || int(st.Uid) != owner {
					t.Errorf("%s: mode %o of user %d, want %o of %d", name, st.Mode, st.Uid, mode, owner)
				}
				now := fmt.Sprintf("%o %d:%d %d.%09d %d.%09d", st.Mode, st.Uid, st.Gid, st.Mtim.Sec, st.Mtim.Nsec, st.Ctim.Sec, st.Ctim.Nsec)
				if last[name] != now {
					t.Errorf("%s: the guest saw %s, the host %s", name, last[name], now)
				}
			}
		})
	}
}

// TestShareSQLite has a database in a share: with a journal, with a write-ahead log by the one guest that has it open
// (docs/file-systems.md), and with one whose index is a file that is mapped.
func TestShareSQLite(t *testing.T) {
	sqlite := testenv.MustHaveFile(t, "/usr/bin/sqlite3")
	needKVM(t)
	m := machineKinds[0]
	folder := m.withShare(t)
	img := m.build(t, sqlite)
	const fill = "create table if not exists t(a); with recursive n(i) as (select 1 union all select i+1 from n where i<2000) insert into t select i from n; select count(*), sum(a) from t;"
	for _, row := range []struct{ name, before, want string }{
		{"journal", "", "2000|2001000"},
		{"index", "pragma journal_mode=wal;", "wal\n2000|2001000"},
		{"log", "pragma locking_mode=exclusive; pragma journal_mode=wal;", "exclusive\nwal\n2000|2001000"},
	} {
		if out, status := runBuilt(t, img, m.opt, "/mnt/"+row.name, row.before+fill); status != 0 || strings.TrimSpace(out) != row.want {
			t.Errorf("%s: status %d: %q", row.name, status, out)
		}
		got := hostOutput(t, sqlite, filepath.Join(folder, row.name), "select count(*), sum(a) from t; pragma integrity_check;")
		if got != "2000|2001000\nok\n" {
			t.Errorf("%s, on the host: %q", row.name, got)
		}
	}
}
