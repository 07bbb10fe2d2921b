package fstest

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"

	"uk.example/internal/testenv"
	"uk.example/rofs"
)

var (
	programs map[int]string // by the version of rofs that they read
	broken   bool           // they did not compile
	buildMu  sync.Mutex
)

func TestMain(m *testing.M) {
	code := m.Run()
	for _, p := range programs {
		os.RemoveAll(filepath.Dir(p))
	}
	os.Exit(code)
}

// program compiles the kernel's files and the host's part, once, and links them
// with the reader of each version of rofs.
func program(t *testing.T, version int) string {
	t.Helper()
	buildMu.Lock()
	defer buildMu.Unlock()
	if programs != nil {
		return programs[version]
	}
	if broken {
		t.Fatal("the program could not be compiled in an earlier test")
	}
	broken = true // until it was
	cc := testenv.MustHave(t, "gcc")
	testenv.Sources(t, "host/*", "../*.[ch]", "../mounting/*.[ch]", "../iso9660_fs/*.[ch]", "../virtio_9p/*.[ch]", "../ext4/*.[ch]", "../../sys/file/*.[ch]", "../../include/*.h", "../../interfaces/*.h")
	dir, err := os.MkdirTemp("", "fstest")
	if err != nil {
		t.Fatal(err)
	}
	flags := []string{"-g", "-O1", "-no-pie", "-std=gnu11", "-fno-strict-aliasing", "-fno-builtin",
		"-fsanitize=address,undefined", "-fno-sanitize=alignment", "-fno-sanitize-recover=all",
		"-Wall", "-Wno-unused-parameter", "-Wno-missing-field-initializers", "-Wno-missing-braces", "-Wno-sign-compare",
		"-I../../include", "-I../../interfaces"}
	files := func(globs ...string) (all []string) {
		for _, glob := range globs {
			found, _ := filepath.Glob(glob)
			all = append(all, found...)
		}
		return all
	}
	o := testenv.NewObjects(t, flags...)
	// Parts that implement interfaces, and then what calls them or does without.
	implementers := files("../write_back.c", "../mounting/*.c", "../iso9660_fs/*.c", "../virtio_9p/*.c", "../ext4/*.c")
	o.CompileAll(implementers)
	compiled := func(name string) bool { // or will be: the readers of rofs
		return slices.Contains(implementers, name) || strings.HasPrefix(filepath.Base(name), "rofs1") || strings.HasPrefix(filepath.Base(name), "rofs2")
	}
	o.CompileAll(slices.Concat(slices.DeleteFunc(files("../*.c"), compiled),
		files("host/*.c", "../../sys/file/*.c"), []string{"../../core/thread/by_tid.c", "../../core/thread/cpu_time.c", "../../core/process/identity.c", "../../core/mm/user_copy.c", "../proc/cpu_mask.c", "../proc/lines.c"}), "-DINTERFACE_ABSENT")
	made := map[int]string{}
	for _, v := range versions {
		made[v] = filepath.Join(dir, fmt.Sprint("fstest", v))
		testenv.Run(t, cc, slices.Concat(flags, []string{"-o", made[v], "-Wl,-T,host/tables.ld"}, o.Files(), files(fmt.Sprintf("../rofs%d*.c", v)), []string{"-lpthread"})...)
	}
	programs, broken = made, false
	return programs[version]
}

// run returns the output and exit status. A sanitizer's report is status 99.
func run(t *testing.T, dir string, args ...string) (string, int) {
	t.Helper()
	return runWith(t, rofs.Version2, nil, dir, args...)
}

// runWith hands a file over as descriptor 3.
func runWith(t *testing.T, version int, extra *os.File, dir string, args ...string) (string, int) {
	t.Helper()
	cmd := exec.Command(program(t, version), args...)
	cmd.Dir = dir
	if extra != nil {
		cmd.ExtraFiles = []*os.File{extra}
	}
	// What was freed last is kept apart, so that its use is seen; 256 MB of it, the default, would all be pages that are touched anew.
	cmd.Env = append(os.Environ(), "ASAN_OPTIONS=log_path=stdout:exitcode=99:detect_leaks=0:quarantine_size_mb=16", "UBSAN_OPTIONS=log_path=stdout:exitcode=99:print_stacktrace=1")
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

func image(t *testing.T, entries []rofs.Entry) string {
	t.Helper()
	return imageOf(t, rofs.Version2, entries)
}

func imageOf(t *testing.T, version int, entries []rofs.Entry) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "root.rofs")
	if _, err := rofs.WriteFile(context.Background(), path, entries, rofs.Options{Version: version, Holes: true}); err != nil {
		t.Fatal(err)
	}
	return path
}

var versions = []int{rofs.Version, rofs.Version2}

// sample is a tree with every kind of thing, and what the guest should print of it.
func sample(r *rand.Rand, files int) (entries []rofs.Entry, want []string) {
	add := func(path string, data []byte) {
		sum := uint64(14695981039346656037)
		for _, b := range data {
			sum = (sum ^ uint64(b)) * 1099511628211
		}
		entries = append(entries, rofs.Entry{Path: path, Data: data})
		want = append(want, fmt.Sprintf("file %s %d %x", path, len(data), sum))
	}
	dirs := map[string]bool{}
	dir := func(path string) {
		for path != "/" && !dirs[path] {
			dirs[path] = true
			want = append(want, "dir "+path)
			path = filepath.Dir(path)
		}
	}
	sizes := []int{0, 1, 511, 512, 513, 4095, 4096, 4097, 131071, 131072, 131073, 300001}
	for i := range files {
		size := sizes[i%len(sizes)]
		if i > 50 {
			size = r.Intn(600)
		}
		data := make([]byte, size)
		r.Read(data)
		d := fmt.Sprintf("/d%d/e%d", i%7, i%3)
		dir(d)
		add(fmt.Sprintf("%s/file%d", d, i), data)
		if i%5 == 0 {
			link := fmt.Sprintf("%s/link%d", d, i)
			entries = append(entries, rofs.Entry{Path: link, Link: fmt.Sprintf("../e%d/file%d", i%3, i)})
			want = append(want, fmt.Sprintf("link %s ../e%d/file%d", link, i%3, i))
		}
	}
	deep := ""
	for i := range 40 {
		deep += fmt.Sprintf("/%d", i)
	}
	dir(deep)
	add(deep+"/"+strings.Repeat("n", 255), []byte("deep"))
	entries = append(entries, rofs.Entry{Path: "/empty", Dir: true}, rofs.Entry{Path: "/loop", Link: "loop"})
	want = append(want, "dir /empty", "link /loop loop")
	add("/big", bytes.Repeat([]byte("0123456789abcdef"), 1<<18))
	sort.Strings(want)
	return entries, want
}

func TestImage(t *testing.T) {
	for _, version := range versions {
		testImage(t, version)
	}
}

func testImage(t *testing.T, version int) {
	for _, files := range []int{3, 60, 3000} {
		for _, mode := range []string{"block", "mapped"} {
			t.Run(fmt.Sprintf("version %d, %d files, %s", version, files, mode), func(t *testing.T) {
				entries, want := sample(rand.New(rand.NewSource(1)), files)
				entries, want = withHoles(t, version, entries, want)
				out, status := runWith(t, version, nil, ".", "image", imageOf(t, version, entries), mode)
				if status != 0 {
					t.Fatalf("status %d\n%s", status, out)
				}
				var got []string
				for line := range strings.Lines(out) {
					line = strings.TrimSuffix(line, "\n")
					if requests, ok := strings.CutPrefix(line, "mount took "); ok {
						n := 0
						fmt.Sscanf(requests, "%d", &n)
						if n > 4 {
							t.Errorf("mounting took %d requests of the device, want at most 4", n)
						}
						continue
					}
					got = append(got, line)
				}
				sort.Strings(got)
				for i := range max(len(got), len(want)) {
					if i >= len(got) || i >= len(want) || got[i] != want[i] {
						t.Fatalf("line %d differs:\n got %q\nwant %q", i, got[min(i, len(got)-1)], want[min(i, len(want)-1)])
					}
				}
			})
		}
	}
}

// withHoles adds files with holes, at their ends and between.
func withHoles(t *testing.T, version int, entries []rofs.Entry, want []string) ([]rofs.Entry, []string) {
	t.Helper()
	for name, data := range map[string][2]int64{"/holes": {20 << 10, 60<<10 + 77}, "/hole": {0, 1}, "/tail": {8192, 100<<10 + 1}} {
		host := filepath.Join(t.TempDir(), "f")
		b := make([]byte, data[1])
		for i := data[0]; i < data[1] && i < data[0]+9000; i++ {
			b[i] = byte(i%250) + 1
		}
		b[len(b)-1] = 1
		f, err := os.Create(host)
		if err == nil {
			err = f.Truncate(data[1])
		}
		for at := int64(0); err == nil && at < data[1]; at += 4096 {
			if part := b[at:min(at+4096, data[1])]; len(bytes.Trim(part, "\x00")) > 0 {
				_, err = f.WriteAt(part, at)
			}
		}
		if err != nil || f.Close() != nil {
			t.Fatal(err)
		}
		sum := uint64(14695981039346656037)
		for _, c := range b {
			sum = (sum ^ uint64(c)) * 1099511628211
		}
		entries = append(entries, rofs.Entry{Path: name, Host: host})
		want = append(want, fmt.Sprintf("file %s %d %x", name, len(b), sum))
	}
	sort.Strings(want)
	return entries, want
}

// refused is the one line of a guest that cannot use its root: it, or the folder that something is to be mounted in, is damaged.
var refused = regexp.MustCompile(`^panic: (root file system on |/[a-z/]+: cannot mount [a-z]+: error 5)[^\n]*\n$`)

// No image, however damaged, may make the guest touch what it should not: it
// refuses to mount (status 3, one line), or what is damaged gives errors.
func TestDamagedImage(t *testing.T) {
	t.Parallel()
	for _, version := range versions {
		t.Run(fmt.Sprint("version ", version), func(t *testing.T) { testDamaged(t, version) })
	}
}

func testDamaged(t *testing.T, version int) {
	entries, want := sample(rand.New(rand.NewSource(2)), 20)
	entries, _ = withHoles(t, version, entries[:len(entries)-1], want) // without the big file
	whole, err := os.ReadFile(imageOf(t, version, entries))
	if err != nil {
		t.Fatal(err)
	}
	from, to := int(binary.LittleEndian.Uint64(whole[24:]))*512, len(whole)
	if version == rofs.Version2 {
		from, to = 24, int(binary.LittleEndian.Uint64(whole[32:]))
	}
	rounds := 200
	if testing.Short() {
		rounds = 40
	}
	dir := t.TempDir()
	program(t, version)
	var wg sync.WaitGroup
	work := make(chan int)
	for range min(2, runtime.NumCPU()) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for seed := range work {
				bad := damage(rand.New(rand.NewSource(int64(seed))), bytes.Clone(whole), from, to)
				path := filepath.Join(dir, fmt.Sprint(seed))
				if err := os.WriteFile(path, bad, 0o666); err != nil {
					t.Error(err)
					return
				}
				out, status := runWith(t, version, nil, ".", "image", path, []string{"block", "mapped"}[seed%2])
				switch {
				case status == 3 && refused.MatchString(out):
				case status == 0 || status == 1:
				default:
					t.Errorf("seed %d: status %d\n%s", seed, status, out)
				}
				os.Remove(path)
			}
		}()
	}
	for seed := range rounds {
		work <- seed
	}
	close(work)
	wg.Wait()
}

// damage changes an image's superblock, and its tables, which lie between from and to.
func damage(r *rand.Rand, b []byte, from, to int) []byte {
	values := []uint64{0, 1, 2, 3, 511, 512, 0xffff, 1 << 31, 1 << 32, 1 << 54, 1 << 55, 1<<63 - 1, 1 << 63, ^uint64(0), ^uint64(0) - 511}
	for range 1 + r.Intn(3) {
		switch r.Intn(6) {
		case 0: // a field of the superblock
			binary.LittleEndian.PutUint64(b[24+8*r.Intn(5):], values[r.Intn(len(values))])
		case 1: // a bit of the tables
			b[from+r.Intn(to-from)] ^= 1 << r.Intn(8)
		case 2: // a number of the tables
			at := from + r.Intn(to-from-8)
			binary.LittleEndian.PutUint64(b[at:], values[r.Intn(len(values))])
		case 3: // an inode's number
			at := to - 512 - r.Intn(40*4)*8
			if at > from {
				binary.LittleEndian.PutUint64(b[at:], values[r.Intn(len(values))])
			}
		case 4: // cut short
			if r.Intn(4) == 0 {
				return b[:r.Intn(len(b))]
			}
		case 5:
			at := from + r.Intn(to-from)
			n := min(r.Intn(64), to-at)
			r.Read(b[at : at+n])
		}
	}
	return b
}

func TestCalls(t *testing.T) {
	entries, _ := sample(rand.New(rand.NewSource(3)), 3)
	out, status := run(t, ".", "calls", image(t, entries))
	if status != 0 {
		t.Fatalf("status %d\n%s", status, out)
	}
	t.Log(out)
}

func TestThreads(t *testing.T) {
	entries, _ := sample(rand.New(rand.NewSource(4)), 3)
	out, status := run(t, ".", "threads", image(t, entries))
	if status != 0 {
		t.Fatalf("status %d\n%s", status, out)
	}
}

// The same random calls on the host's tmpfs and on the guest's files in memory.
func TestDiffer(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED: the guest's one user is root; the host's results are root's only for root")
	}
	tmpfs := "/dev/shm"
	testenv.MustHaveFile(t, tmpfs)
	entries, _ := sample(rand.New(rand.NewSource(5)), 3)
	root := image(t, entries)
	seeds := 4
	if testing.Short() {
		seeds = 2
	}
	for seed := range seeds {
		dir, err := os.MkdirTemp(tmpfs, "fstest")
		if err != nil {
			t.Fatal(err)
		}
		out, status := run(t, dir, "differ", root, fmt.Sprint(seed+1), "20000")
		os.RemoveAll(dir)
		if status != 0 {
			t.Fatalf("seed %d: status %d\n%s", seed+1, status, out)
		}
	}
}
