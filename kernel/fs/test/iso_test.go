package fstest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io/fs"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/diskfs/go-diskfs/backend/file"
	"github.com/diskfs/go-diskfs/filesystem/iso9660"

	"uk.example/internal/testenv"
	"uk.example/rofs"
)

const isoBlock = 2048

// isoTree makes a folder to be put on a disc. POSIX: with all that only Rock Ridge has.
func isoTree(t *testing.T, posix bool, files int) string {
	t.Helper()
	dir := t.TempDir()
	r := rand.New(rand.NewSource(6))
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	write := func(name string, size int) {
		t.Helper()
		data := make([]byte, size)
		r.Read(data)
		check(os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
		check(os.WriteFile(filepath.Join(dir, name), data, 0o644))
	}
	for i, size := range []int{0, 1, 2047, 2048, 2049, 4095, 4096, 4097, 131071, 131073, 300001} {
		write(fmt.Sprintf("d%d/file%d.dat", i%3, i), size)
	}
	for i := range files {
		write(fmt.Sprintf("many/f%06d", i), i%3)
	}
	check(os.Mkdir(filepath.Join(dir, "empty"), 0o755))
	write("top.txt", 100)
	if posix {
		write(strings.Repeat("long", 60)+".name", 10)
		write("Ünïcødé and spaces; more.;1", 10)
		write("MixedCase", 10)
		write("dots...", 10)
		write("1/2/3/4/5/6/7/8/9/10/11/deep", 5000)
		write("1/2/3/4/5/6/7/8/9/other", 50)
		for name, target := range map[string]string{
			"absolute": "/d0/file0.dat", "up": "../mnt/./d1", "plain": "top.txt", "root": "/", "dot": ".", "dotdot": "..", "no/../where": "x", "loop": "loop",
			"long-link": strings.Repeat("component/", 60) + "end", "one-long-component": strings.Repeat("x", 250), "very-long": strings.Repeat("a/bcd/", 120) + "e",
		} {
			name = strings.ReplaceAll(name, "/", "-")
			check(os.Symlink(target, filepath.Join(dir, name)))
		}
		check(os.Link(filepath.Join(dir, "top.txt"), filepath.Join(dir, "again.txt")))
		check(syscall.Mkfifo(filepath.Join(dir, "fifo"), 0o600))
		check(syscall.Chmod(filepath.Join(dir, "top.txt"), 0o4750))
		check(syscall.Chmod(filepath.Join(dir, "d1"), 0o1777))
		if os.Geteuid() == 0 {
			check(os.Lchown(filepath.Join(dir, "top.txt"), 1234, 70000))
			check(syscall.Mknod(filepath.Join(dir, "device"), syscall.S_IFCHR|0o620, 5<<8|3))
			check(syscall.Mknod(filepath.Join(dir, "disk"), syscall.S_IFBLK|0o660, 259<<8|7))
		}
	}
	var all []string
	check(filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error { all = append(all, path); return err }))
	for i, path := range slices.Backward(all) {
		// genisoimage is wrong by a day from 2028 on.
		at := time.Date(1990+i%37, time.Month(1+i%12), 1+i%28, 3, 4, i%60, 0, time.UTC)
		ts := []syscall.Timespec{{Sec: at.Unix()}, {Sec: at.Unix()}}
		check(utimes(path, ts))
	}
	return dir
}

func utimes(path string, ts []syscall.Timespec) error {
	if fi, err := os.Lstat(path); err != nil || fi.Mode()&fs.ModeSymlink != 0 {
		return err
	}
	return syscall.UtimesNano(path, ts)
}

// isoWant is what the guest should print of the tree.
func isoWant(t *testing.T, dir string, posix bool) (want []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		var st syscall.Stat_t
		if err := syscall.Lstat(path, &st); err != nil {
			return err
		}
		mode := st.Mode
		if !posix {
			st.Uid, st.Gid, st.Nlink, st.Mode = 0, 0, 1, st.Mode&^0o7777|0o555
		}
		name := filepath.Join("/mnt", strings.TrimPrefix(path, dir))
		common := fmt.Sprintf("%s %o %d %d %d", name, st.Mode&0o7777, st.Uid, st.Gid, st.Mtim.Sec)
		switch mode & syscall.S_IFMT {
		case syscall.S_IFDIR:
			want = append(want, "dir "+common)
		case syscall.S_IFLNK:
			target, err := os.Readlink(path)
			if err != nil {
				return err
			}
			want = append(want, "link "+common+" "+target)
		case syscall.S_IFREG:
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			want = append(want, fmt.Sprintf("file %s %d %d %x", common, st.Nlink, len(data), fnv(data)))
		default:
			rdev := st.Rdev
			if mode&syscall.S_IFMT == syscall.S_IFIFO {
				rdev = 0
			}
			want = append(want, fmt.Sprintf("special %s %o %x", common, mode&syscall.S_IFMT, rdev))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return want
}

func fnv(data []byte) uint64 {
	sum := uint64(14695981039346656037)
	for _, b := range data {
		sum = (sum ^ uint64(b)) * 1099511628211
	}
	return sum
}

func isoRoot(t *testing.T) string {
	return image(t, []rofs.Entry{{Path: "/mnt", Dir: true}, {Path: "/other", Dir: true}})
}

// isoList mounts the disk and returns the lines that the guest prints of it, and of statfs.
func isoList(t *testing.T, disk, mode, options string) (got []string, statfs string) {
	t.Helper()
	out, status := run(t, ".", "iso", isoRoot(t), disk, mode, options)
	if status != 0 {
		t.Fatalf("status %d\n%s", status, clip(isoGood.ReplaceAllString(out, "")))
	}
	for line := range strings.Lines(out) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "statfs ") {
			statfs = line
		} else if !strings.HasPrefix(line, "dir /mnt/rr_moved ") { // where genisoimage keeps deep folders
			got = append(got, line)
		}
	}
	return got, statfs
}

var isoGood = regexp.MustCompile("(?m)^(dir|file|link|special) /mnt.*\n")

func clip(s string) string { return s[:min(len(s), 4000)] }

func isoCompare(t *testing.T, disk, mode, options string, want []string) {
	t.Helper()
	got, statfs := isoList(t, disk, mode, options)
	data, err := os.ReadFile(disk)
	if err != nil {
		t.Fatal(err)
	}
	if w := fmt.Sprintf("statfs 9660 2048 %d 0 255 1021", binary.LittleEndian.Uint32(data[16*isoBlock+80:])); statfs != w {
		t.Errorf("%s, want %s", statfs, w)
	}
	slices.Sort(got)
	slices.Sort(want)
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			t.Fatalf("line %d differs:\n got %q\nwant %q", i, got[min(i, len(got)-1)], want[min(i, len(want)-1)])
		}
	}
}

func makeISO(t *testing.T, tool string, args []string, dir string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "disc.iso")
	cmd := exec.Command(testenv.MustHave(t, tool), append(args, "-o", out, dir)...)
	cmd.Env = append(os.Environ(), "TZ=UTC", "LC_ALL=C.UTF-8")
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", tool, err, text)
	}
	return out
}

// Everything on discs that others wrote is as in the folder that they were made from.
func TestISO(t *testing.T) {
	for _, tt := range []struct {
		tool    string
		args    string
		posix   bool
		options string
	}{
		{"xorriso", "-as mkisofs -R -quiet", true, ""},
		{"xorriso", "-as mkisofs -R -J -joliet-long -quiet", true, ""},
		{"genisoimage", "-R -quiet", true, ""}, // moves deep folders
		{"genisoimage", "-R -J -D -quiet -allow-leading-dots", true, ""},
		{"genisoimage", "-J -quiet -input-charset utf-8", false, ""},
		{"genisoimage", "-R -J -quiet -input-charset utf-8", false, "norock"},
		{"genisoimage", "-quiet -l", false, ""},
		{"genisoimage", "-R -J -quiet -l", false, "norock,nojoliet"},
	} {
		for _, mode := range []string{"block", "mapped"} {
			t.Run(tt.tool+" "+tt.args+" "+tt.options+" "+mode, func(t *testing.T) {
				dir := isoTree(t, tt.posix, 300)
				if tt.tool == "genisoimage" { // it writes long links wrongly, or never ends
					os.Remove(filepath.Join(dir, "long-link"))
					os.Remove(filepath.Join(dir, "very-long"))
					os.Chtimes(dir, time.Unix(1e9, 0), time.Unix(1e9, 0))
				}
				want := isoWant(t, dir, tt.posix)
				disk := makeISO(t, tt.tool, strings.Fields(tt.args), dir)
				isoCompare(t, disk, mode, tt.options, want)
			})
		}
	}
}

// The writer that this project makes its own discs with.
func TestISOGoDiskFS(t *testing.T) {
	for _, rockRidge := range []bool{true, false} {
		dir := isoTree(t, false, 30)
		disk := filepath.Join(t.TempDir(), "disc.iso")
		f, err := os.Create(disk)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := f.Truncate(16 << 20); err != nil {
			t.Fatal(err)
		}
		want := isoWant(t, dir, rockRidge) // before Finalize takes the folder away
		fsys, err := iso9660.Create(file.New(f, false), 16<<20, 0, isoBlock, dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := fsys.Finalize(iso9660.FinalizeOptions{RockRidge: rockRidge}); err != nil {
			t.Fatal(err)
		}
		isoCompare(t, disk, "block", "", want)
	}
}

// A directory with very many entries: each is found, in a time that does not grow with their square.
func TestISOManyEntries(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	day := time.Unix(1e9, 0)
	for _, name := range []string{"many", "top"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("content"), 0o666); err != nil {
			t.Fatal(err)
		}
		os.Chtimes(filepath.Join(dir, name), day, day)
	}
	os.Chtimes(dir, day, day)
	disk := makeISO(t, "genisoimage", []string{"-quiet"}, dir)
	iso, err := os.ReadFile(disk)
	if err != nil {
		t.Fatal(err)
	}
	root := iso[binary.LittleEndian.Uint32(iso[16*isoBlock+158:])*isoBlock:]
	many := root[2*int(root[0]):] // behind "." and "..": the file becomes a directory with copies of its record
	record := bytes.Clone(many[:int(many[0])])
	want := []string{"dir /mnt 555 0 0 1000000000", "dir /mnt/many 555 0 0 1000000000"}
	content := fmt.Sprintf(" 555 0 0 1000000000 1 7 %x", fnv([]byte("content")))
	want = append(want, "file /mnt/top"+content)
	names := bytes.Clone(root[:2*int(root[0])])
	for i := range 100000 {
		name := fmt.Sprintf("F%07d;1", i)
		r := append(append(bytes.Clone(record[:33]), name...), 0)[:33+len(name)|1]
		r = append(r, make([]byte, len(r)%2)...)
		r[0], r[32] = byte(len(r)), byte(len(name))
		if room := isoBlock - len(names)%isoBlock; room < len(r) {
			names = append(names, make([]byte, room)...)
		}
		names = append(names, r...)
		want = append(want, fmt.Sprintf("file /mnt/many/f%07d", i)+content)
	}
	names = append(names, make([]byte, isoBlock-len(names)%isoBlock)...)
	binary.LittleEndian.PutUint32(many[2:], uint32(len(iso)/isoBlock))
	binary.LittleEndian.PutUint32(many[10:], uint32(len(names)))
	many[25] |= 2
	if err := os.WriteFile(disk, append(iso, names...), 0o666); err != nil {
		t.Fatal(err)
	}
	isoCompare(t, disk, "block", "", want)
}

// A file of several extents is one file: two files that lie behind each other, whose records get one name.
func TestISOExtents(t *testing.T) {
	dir := t.TempDir()
	data := make([]byte, 7*isoBlock+1000)
	rand.New(rand.NewSource(7)).Read(data)
	for name, part := range map[string][]byte{"a": data[:3*isoBlock], "b": data[3*isoBlock : 6*isoBlock], "c": data[6*isoBlock:], "z": nil} {
		if err := os.WriteFile(filepath.Join(dir, name), part, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		odd  bool // an extent that is not the last one, and not of whole blocks
		want string
	}{
		{false, fmt.Sprintf("file /mnt/a 555 0 0 1000000000 1 %d %x", len(data), fnv(data))},
		{true, "/mnt/a: error 5"},
	} {
		for _, name := range []string{"a", "b", "c", "z", ""} {
			os.Chtimes(filepath.Join(dir, name), time.Unix(1e9, 0), time.Unix(1e9, 0))
		}
		disk := makeISO(t, "genisoimage", []string{"-quiet"}, dir)
		iso, err := os.ReadFile(disk)
		if err != nil {
			t.Fatal(err)
		}
		root := iso[binary.LittleEndian.Uint32(iso[16*isoBlock+158:])*isoBlock:]
		for at := 0; root[at] != 0; at += int(root[at]) {
			r := root[at : at+int(root[at])]
			if c := r[33]; c == 'A' || c == 'B' {
				r[25] |= 0x80
				if tt.odd {
					r[10]--
				}
			}
			if r[33] > 1 && r[33] != 'Z' {
				r[33] = 'A'
			}
		}
		if err := os.WriteFile(disk, iso, 0o666); err != nil {
			t.Fatal(err)
		}
		for _, mode := range []string{"block", "mapped"} {
			if got, _ := isoList(t, disk, mode, ""); !slices.Equal(got, []string{"dir /mnt 555 0 0 1000000000", tt.want, "file /mnt/z 555 0 0 1000000000 1 0 cbf29ce484222325"}) {
				t.Errorf("%s: %q, want %q", mode, got, tt.want)
			}
		}
	}
}

// A disc that is damaged anywhere cannot make the guest touch what it should not, go on for ever or lose memory.
func TestISODamaged(t *testing.T) {
	t.Parallel()
	rounds := 1000
	if testing.Short() {
		rounds = 300
	}
	root := isoRoot(t)
	for i, args := range []string{"xorriso -as mkisofs -R -J -quiet", "genisoimage -R -quiet", "genisoimage -J -quiet"} {
		dir := isoTree(t, i < 2, 100)
		os.Remove(filepath.Join(dir, "long-link"))
		os.Remove(filepath.Join(dir, "very-long"))
		tool, rest, _ := strings.Cut(args, " ")
		disk := makeISO(t, tool, strings.Fields(rest), dir)
		out, status := run(t, ".", "iso-damage", root, disk, fmt.Sprint(1+i*1000000), fmt.Sprint(rounds))
		if t.Log(args, out); status != 0 {
			t.Errorf("status %d", status)
		}
	}
}

func TestISOThreads(t *testing.T) {
	t.Parallel()
	disk := makeISO(t, "xorriso", strings.Fields("-as mkisofs -R -quiet"), isoTree(t, true, 300))
	if out, status := run(t, ".", "iso-threads", isoRoot(t), disk, "block"); status != 0 {
		t.Errorf("status %d\n%s", status, clip(out))
	}
}
