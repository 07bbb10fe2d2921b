package facts

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"syscall"
	"testing"
	"time"
)

type fact struct {
	Names []string
	N     int
}

func largeFile(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, make([]byte, large), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestStore(t *testing.T) {
	host := largeFile(t)
	s := &Store{Dir: t.TempDir(), Who: "a"}
	calls := 0
	find := func() (*fact, error) { calls++; return &fact{[]string{"x"}, calls}, nil }
	ask := func(s *Store, what string, want int) {
		t.Helper()
		if got, err := Of(s, host, what, find); err != nil || !reflect.DeepEqual(got, &fact{[]string{"x"}, want}) {
			t.Errorf("%+v, %v; want %d", got, err, want)
		}
	}
	ask(nil, "w", 1)
	ask(s, "w", 2) // changed just now: not kept
	ask(s, "w", 3)
	time.Sleep(settled + 10*time.Millisecond)
	ask(s, "w", 4)
	ask(s, "w", 4)
	ask(&Store{Dir: s.Dir, Who: "a"}, "w", 4) // another run of the command
	ask(&Store{Dir: s.Dir, Who: "b"}, "w", 5)
	ask(s, "v", 6)
	list, err := os.ReadDir(s.Dir)
	if err != nil || len(list) != 3 {
		t.Fatalf("%d facts, %v", len(list), err)
	}
	for _, e := range list { // damaged
		if err := os.WriteFile(filepath.Join(s.Dir, e.Name()), []byte("{"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ask(s, "w", 7)
	ask(s, "w", 7)
	if err := os.Chtimes(host, time.Unix(1, 0), time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	ask(s, "w", 8)
	failed := errors.New("no")
	if _, err := Of(s, host, "e", func() (int, error) { return 1, failed }); err != failed {
		t.Errorf("%v", err)
	}
	if n, err := Of[*fact](s, host, "none", func() (*fact, error) { return nil, nil }); n != nil || err != nil {
		t.Errorf("%v, %v", n, err)
	}
	none := &Store{Dir: filepath.Join(s.Dir, "none")}
	ask(none, "w", 9)
}

// imageFile is a file of a read-only image, whose times all are the one that its maker gave it.
type imageFile struct {
	fs.FileInfo
	stat syscall.Stat_t
}

func (f imageFile) Sys() any { return &f.stat }

func TestStampOfImages(t *testing.T) {
	at := syscall.Timespec{Sec: 1 << 30}
	if got := stampOf(imageFile{stat: syscall.Stat_t{Ino: 7, Size: large, Mtim: at, Ctim: at}}); got != "" {
		t.Errorf("a file of an image is known as %q", got)
	}
	if stampOf(imageFile{stat: syscall.Stat_t{Ino: 7, Size: large, Mtim: at, Ctim: syscall.Timespec{Sec: 1 << 30, Nsec: 1}}}) == "" {
		t.Error("a file with a time of change is not known")
	}
}

func TestTrim(t *testing.T) {
	s := &Store{Dir: t.TempDir()}
	for i := range most + 1 {
		name := filepath.Join(s.Dir, fmt.Sprint(i))
		if err := errors.Join(os.WriteFile(name, nil, 0o600), os.Chtimes(name, time.Unix(int64(i), 0), time.Unix(int64(i), 0))); err != nil {
			t.Fatal(err)
		}
	}
	s.trim()
	list, _ := os.ReadDir(s.Dir)
	if _, err := os.Stat(filepath.Join(s.Dir, fmt.Sprint(most))); err != nil || len(list) != most*3/4 {
		t.Errorf("%d left, the newest: %v", len(list), err)
	}
}
