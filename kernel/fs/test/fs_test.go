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
	"runtime"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"

	"uk/internal/testenv"
	"uk/rofs"
)

var (
	built   string
	broken  bool // it did not compile
	buildMu sync.Mutex
)

func TestMain(m *testing.M) {
	code := m.Run()
	if built != "" {
		os.RemoveAll(filepath.Dir(built))
	}
	os.Exit(code)
}

// program compiles the kernel's files with the host's part, once.
func program(t *testing.T) string {
	t.Helper()
	buildMu.Lock()
	defer buildMu.Unlock()
	if built != "" {
		return built
	}
	if broken {
		t.Fatal("the program could not be compiled in an earlier test")
	}
	broken = true // until it was
	cc := testenv.MustHave(t, "gcc")
	testenv.Sources(t, "host/*", "../*.[ch]", "../mounting/*.[ch]", "../iso9660_fs/*.[ch]", "../virtio_9p/*.[ch]", "../../sys/file/*.[ch]", "../../include/*.h", "../../interfaces/*.h")
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
	// Parts that implement interfaces, and then what calls them or does without.
	parts := filepath.Join(dir, "parts.o")
	testenv.Run(t, cc, slices.Concat(flags, []string{"-r", "-nostdlib", "-o", parts}, files("../mounting/*.c", "../iso9660_fs/*.c", "../virtio_9p/*.c"))...)
	testenv.Run(t, cc, slices.Concat(flags, []string{"-DINTERFACE_ABSENT", "-o", filepath.Join(dir, "fstest"), "-Wl,-T,host/tables.ld", parts},
		files("host/*.c", "../*.c", "../../sys/file/*.c", "../../thread/by_tid.c", "../../thread/cpu_time.c", "../../sys/identity/state.c", "../../mm/user_copy.c", "../proc/cpu_mask.c", "../proc/lines.c"), []string{"-lpthread"})...)
	built, broken = filepath.Join(dir, "fstest"), false
	return built
}

// run returns the output and exit status. A sanitizer's report is status 99.
func run(t *testing.T, dir string, args ...string) (string, int) {
	t.Helper()
	return runWith(t, nil, dir, args...)
}

// runWith hands a file over as descriptor 3.
func runWith(t *testing.T, extra *os.File, dir string, args ...string) (string, int) {
	t.Helper()
	cmd := exec.Command(program(t), args...)
	cmd.Dir = dir
	if extra != nil {
		cmd.ExtraFiles = []*os.File{extra}
	}
	cmd.Env = append(os.Environ(), "ASAN_OPTIONS=log_path=stdout:exitcode=99:detect_leaks=0", "UBSAN_OPTIONS=log_path=stdout:exitcode=99:print_stacktrace=1")
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

func image(t *testing.T, entries []rofs.Entry) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "root.rofs")
	if _, err := rofs.WriteFile(context.Background(), path, entries, rofs.Options{}); err != nil {
		t.Fatal(err)
	}
	return path
}

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
	for _, files := range []int{3, 60, 3000} {
		for _, mode := range []string{"block", "mapped"} {
			t.Run(fmt.Sprintf("%d files, %s", files, mode), func(t *testing.T) {
				entries, want := sample(rand.New(rand.NewSource(1)), files)
				out, status := run(t, ".", "image", image(t, entries), mode)
				if status != 0 {
					t.Fatalf("status %d\n%s", status, out)
				}
				var got []string
				for line := range strings.Lines(out) {
					line = strings.TrimSuffix(line, "\n")
					if requests, ok := strings.CutPrefix(line, "mount took "); ok {
						n := 0
						fmt.Sscanf(requests, "%d", &n)
						if n > 2 {
							t.Errorf("mounting took %d requests of the device, want at most 2", n)
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

// No image, however damaged, may make the guest touch what it should not: it
// refuses to mount (status 3, one line), or what is damaged gives errors.
func TestDamagedImage(t *testing.T) {
	entries, _ := sample(rand.New(rand.NewSource(2)), 20)
	whole, err := os.ReadFile(image(t, entries[:len(entries)-1])) // without the big file
	if err != nil {
		t.Fatal(err)
	}
	meta := int(binary.LittleEndian.Uint64(whole[24:])) * 512
	rounds := 400
	if testing.Short() {
		rounds = 40
	}
	dir := t.TempDir()
	program(t)
	var wg sync.WaitGroup
	work := make(chan int)
	for range min(2, runtime.NumCPU()) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for seed := range work {
				bad := damage(rand.New(rand.NewSource(int64(seed))), bytes.Clone(whole), meta)
				path := filepath.Join(dir, fmt.Sprint(seed))
				if err := os.WriteFile(path, bad, 0o666); err != nil {
					t.Error(err)
					return
				}
				out, status := run(t, ".", "image", path, []string{"block", "mapped"}[seed%2])
				switch {
				case status == 3 && strings.HasPrefix(out, "panic: root file system on ") && strings.Count(out, "\n") == 1:
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

func damage(r *rand.Rand, b []byte, meta int) []byte {
	values := []uint64{0, 1, 2, 3, 511, 512, 0xffff, 1 << 31, 1 << 32, 1 << 54, 1 << 55, 1<<63 - 1, 1 << 63, ^uint64(0), ^uint64(0) - 511}
	for range 1 + r.Intn(3) {
		switch r.Intn(6) {
		case 0: // a field of the superblock
			binary.LittleEndian.PutUint64(b[24+8*r.Intn(5):], values[r.Intn(len(values))])
		case 1: // a bit of the tables
			b[meta+r.Intn(len(b)-meta)] ^= 1 << r.Intn(8)
		case 2: // a number of the tables
			at := meta + r.Intn(len(b)-meta-8)
			binary.LittleEndian.PutUint64(b[at:], values[r.Intn(len(values))])
		case 3: // an inode's number
			at := len(b) - 512 - r.Intn(40*4)*8
			if at > meta {
				binary.LittleEndian.PutUint64(b[at:], values[r.Intn(len(values))])
			}
		case 4: // cut short
			if r.Intn(4) == 0 {
				return b[:r.Intn(len(b))]
			}
		case 5:
			at := meta + r.Intn(len(b)-meta)
			n := min(r.Intn(64), len(b)-at)
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
