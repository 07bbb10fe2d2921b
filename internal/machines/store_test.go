package machines

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// holdVariable in its environment makes this test a process that holds a machine until it is killed.
const holdVariable = "UK_MACHINES_TEST_HOLD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(holdVariable); dir != "" {
		s, err := OpenIn(dir)
		if err == nil {
			var r *Runner
			if r, err = s.Create(Record{Name: "held"}); err == nil {
				r.Running()
				fmt.Println("held")
				select {}
			}
		}
		fmt.Println(err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func testStore(t *testing.T) *Store {
	s, err := OpenIn(filepath.Join(t.TempDir(), "uk"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestNames(t *testing.T) {
	for name, ok := range map[string]bool{
		"a": true, "web-1.x_y": true, "9": true, strings.Repeat("n", 63): true,
		"": false, "-a": false, ".": false, "..": false, "a/b": false, "a b": false, "ä": false, "a\n": false, strings.Repeat("n", 64): false,
	} {
		if err := CheckName(name); (err == nil) != ok {
			t.Errorf("%q: %v", name, err)
		}
	}
	for target, want := range map[string]string{"/usr/bin/redis-server": "redis-server-", "./server.uk/": "server-", "..": "machine-", "日本": "machine-", strings.Repeat("x", 100): strings.Repeat("x", 58) + "-"} {
		if got := madeName(target, "0123456789ab"); got != want+"0123" || CheckName(got) != nil {
			t.Errorf("%q: %q", target, got)
		}
	}
}

// Of many that want one name at the same time exactly one gets it, and it is free again behind the end.
func TestRace(t *testing.T) {
	s := testStore(t)
	for round := range 5 {
		var mu sync.Mutex
		var won []*Runner
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				r, err := s.Create(Record{Name: "web", AutoRemove: round%2 == 0})
				mu.Lock()
				defer mu.Unlock()
				var taken *ErrTaken
				switch {
				case err == nil:
					won = append(won, r)
				case !errors.As(err, &taken) || !taken.Alive:
					t.Errorf("%v", err)
				}
			})
		}
		wg.Wait()
		if len(won) != 1 {
			t.Fatalf("%d have the name", len(won))
		}
		m, err := s.Find(won[0].rec.ID[:6])
		if err != nil || m.Name != "web" || m.Status != StatusStarting {
			t.Fatalf("%+v, %v", m, err)
		}
		if err := m.Remove(); !errors.Is(err, unix.EAGAIN) {
			t.Errorf("one that runs was removed: %v", err)
		}
		won[0].Running()
		won[0].End(3, "")
		if st, err := m.Wait(context.Background()); err != nil || st.ExitCode != 3 || st.Status != StatusExited {
			t.Errorf("%+v, %v", st, err)
		}
		if round%2 != 0 {
			if err := m.Remove(); err != nil {
				t.Error(err)
			}
		}
	}
	if list, err := s.List(); err != nil || len(list) != 0 {
		t.Errorf("%v, %v", list, err)
	}
	if left, _ := os.ReadDir(s.dir); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}

// A runner that is killed leaves a machine that says so, and whoever waits for it hears of it.
func TestKilled(t *testing.T) {
	s := testStore(t)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), holdVariable+"="+filepath.Dir(s.dir))
	out, err := cmd.StdoutPipe()
	if err != nil || cmd.Start() != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer cmd.Process.Kill()
	word := make([]byte, 5)
	if _, err := out.Read(word); err != nil || string(word) != "held\n" {
		t.Fatalf("%q, %v", word, err)
	}
	m, err := s.Find("held")
	if err != nil || m.Status != StatusRunning || m.PID != cmd.Process.Pid {
		t.Fatalf("%+v, %v", m, err)
	}
	ended := make(chan State)
	w := *m
	go func() {
		st, err := w.Wait(context.Background())
		if err != nil {
			t.Error(err)
		}
		ended <- st
	}()
	if err := m.killRunner(); err != nil {
		t.Fatal(err)
	}
	if st := <-ended; st.Status != StatusDead || st.ExitCode != 137 {
		t.Errorf("%+v", st)
	}
	if _, err := s.Create(Record{Name: "held"}); err == nil || !strings.Contains(err.Error(), "has ended") {
		t.Errorf("%v", err)
	}
	if err := m.Remove(); err != nil {
		t.Error(err)
	}
	var missing *NotFoundError
	if _, err := s.Find("held"); !errors.As(err, &missing) {
		t.Errorf("%v", err)
	}
}

// A process id that is another's by now is not touched.
func TestReusedPID(t *testing.T) {
	s := testStore(t)
	other := exec.Command("sleep", "60")
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	defer other.Wait()
	defer other.Process.Kill()
	r, err := s.Create(Record{Name: "old"})
	if err != nil {
		t.Fatal(err)
	}
	r.s.PID = other.Process.Pid
	r.write()
	r.lock.Close() // as its end would, without a word
	m, err := s.Find("old")
	if err != nil || m.Status != StatusDead {
		t.Fatalf("%+v, %v", m, err)
	}
	m.Status = StatusRunning // as it was before
	if err := errors.Join(m.Kill(context.Background()), m.killRunner()); err != nil {
		t.Error(err)
	}
	if fd, err := m.openProcess(other.Process.Pid); err == nil {
		unix.Close(fd)
		t.Error("another process was taken for the machine's")
	}
	if other.Process.Signal(unix.Signal(0)) != nil {
		t.Error("another process was ended")
	}
}

// A runner that was taken over says what it likes of itself. The machine can be ended all the same, and no other process is.
func TestLyingState(t *testing.T) {
	s := testStore(t)
	other := exec.Command("sleep", "60")
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	defer other.Wait()
	defer other.Process.Kill()
	for _, lie := range []State{{Status: StatusRunning, PID: other.Process.Pid, Supervisor: other.Process.Pid}, {Status: StatusExited, PID: other.Process.Pid}} {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), holdVariable+"="+filepath.Dir(s.dir))
		out, err := cmd.StdoutPipe()
		if err != nil || cmd.Start() != nil {
			t.Fatal(err)
		}
		word := make([]byte, 5)
		if _, err := out.Read(word); err != nil || string(word) != "held\n" {
			t.Fatalf("%q, %v", word, err)
		}
		m, err := s.Find("held")
		if err != nil {
			t.Fatal(err)
		}
		f, err := openState(m.dir)
		if err == nil {
			err = errors.Join(writeState(f, &lie), f.Close())
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(m.refresh(), m.terminate()); !errors.Is(err, unix.ESRCH) || m.Status != StatusRunning {
			t.Errorf("%s: %v", m.Status, err)
		}
		if err := m.killRunner(); err != nil {
			t.Error(err)
		}
		if cmd.Wait(); cmd.ProcessState.Success() {
			t.Error("its runner was not killed")
		}
		if err := m.Remove(); err != nil {
			t.Error(err)
		}
	}
	if other.Process.Signal(unix.Signal(0)) != nil {
		t.Error("another process was ended")
	}
}

// What others could have written is not used.
func TestFolders(t *testing.T) {
	dir := t.TempDir()
	open, link, file, owned := filepath.Join(dir, "open"), filepath.Join(dir, "link"), filepath.Join(dir, "file"), filepath.Join(dir, "owned")
	err := errors.Join(os.Mkdir(open, 0o700), os.Chmod(open, 0o777), os.Symlink("/tmp", link), os.WriteFile(file, nil, 0o600), os.Mkdir(owned, 0o700))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{open: "other users can write there", link: "is no folder", file: "is no folder"} {
		if _, err := OpenIn(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if os.Geteuid() == 0 {
		if err := os.Chown(owned, 12345, -1); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenIn(owned); err == nil || !strings.Contains(err.Error(), "belongs to another user") {
			t.Errorf("%v", err)
		}
		// The next place is taken then.
		t.Setenv("XDG_RUNTIME_DIR", dir)
		if err := os.Rename(owned, filepath.Join(dir, "uk")); err != nil {
			t.Fatal(err)
		}
		if s, err := Open(); err == nil && strings.HasPrefix(s.dir, dir) {
			t.Errorf("%s, %v", s.dir, err)
		}
	}
	s := testStore(t)
	if st, err := os.Stat(s.dir); err != nil || st.Mode().Perm() != 0o700 {
		t.Errorf("%v, %v", st.Mode(), err)
	}
}

// Damaged files are errors, and leave the others alone; what a killed command left is swept away.
func TestDamage(t *testing.T) {
	s := testStore(t)
	r, err := s.Create(Record{Name: "good"})
	if err != nil {
		t.Fatal(err)
	}
	r.End(0, "")
	for _, name := range []string{recordFile, stateFile} {
		path := filepath.Join(s.dir, "good", name)
		was, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range [][]byte{nil, []byte("{"), []byte(`{"version":9,"seq":1,"seq2":2}`), was[:60]} {
			if err := os.WriteFile(path, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Find("good"); err == nil {
				t.Errorf("%s: %q is taken", name, bad)
			}
		}
		if err := os.WriteFile(path, was, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	bad := filepath.Join(s.dir, "bad")
	if err := os.Mkdir(bad, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(bad, recordFile), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if list, err := s.List(); err == nil || !strings.Contains(err.Error(), "remove the folder") || len(list) != 1 {
		t.Errorf("%v, %v", list, err)
	}
	if err := os.RemoveAll(bad); err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(s.dir, newPrefix+"left")
	old := time.Now().Add(-2 * leftOver)
	if err := errors.Join(os.Mkdir(left, 0o700), os.Chtimes(left, old, old)); err != nil {
		t.Fatal(err)
	}
	if list, err := s.List(); err != nil || len(list) != 1 {
		t.Errorf("%v, %v", list, err)
	}
	if _, err := os.Stat(left); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

func TestRestart(t *testing.T) {
	for _, tt := range []struct {
		policy string
		s      State
		again  bool
	}{
		{"no", State{ExitCode: 1}, false},
		{"always", State{}, true},
		{"unless-stopped", State{ExitCode: 1}, true},
		{"always", State{Stopped: true}, false},
		{"on-failure", State{}, false},
		{"on-failure", State{ExitCode: 1, Restarts: 100}, true},
		{"on-failure:2", State{ExitCode: 1, Restarts: 1}, true},
		{"on-failure:2", State{ExitCode: 1, Restarts: 2}, false},
		{"on-failure", State{ExitCode: 137, Stopped: true}, false},
	} {
		r, err := ParseRestart(tt.policy)
		if err != nil || r.String() != tt.policy || r.Again(tt.s) != tt.again {
			t.Errorf("%s, %+v: %v, %v", tt.policy, tt.s, r.Again(tt.s), err)
		}
	}
	for _, bad := range []string{"", "never", "on-failure:", "on-failure:0", "on-failure:x", "always:3"} {
		if _, err := ParseRestart(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	delay, all := time.Duration(0), []time.Duration{}
	for range 12 {
		delay = nextDelay(delay, 0)
		all = append(all, delay)
	}
	if all[0] != firstDelay || all[3] != 8*firstDelay || all[11] != lastDelay || nextDelay(delay, settled) != firstDelay {
		t.Errorf("%v", all)
	}
}

// An id finds its machine, also one that has the name of an earlier one.
func TestFindByID(t *testing.T) {
	s := testStore(t)
	make := func(name string) *Runner {
		t.Helper()
		r, err := s.Create(Record{Name: name})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	id := func(name string) string {
		t.Helper()
		m, err := s.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		return m.ID
	}
	web, other := make("web"), make("other")
	for _, name := range []string{"web", "other"} {
		if m, err := s.Find(id(name)); err != nil || m.Name != name {
			t.Errorf("%s: %v, %v", name, m, err)
		}
	}
	if _, err := s.Find(""); err == nil {
		t.Error("no id at all finds one")
	}
	old := id("web")
	web.End(0, "")
	m, err := s.Find("web")
	if err == nil {
		err = m.Remove()
	}
	if err != nil {
		t.Fatal(err)
	}
	web = make("web")
	if m, err := s.Find(id("web")); err != nil || m.Name != "web" {
		t.Errorf("web again: %v, %v", m, err)
	}
	var none *NotFoundError
	if m, err := s.Find(old); !errors.As(err, &none) {
		t.Errorf("the old id: %v, %v", m, err)
	}
	if err := os.WriteFile(filepath.Join(s.dir, "other", recordFile), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if m, err := s.Find(id("web")); err != nil || m.Name != "web" {
		t.Errorf("beside a damaged one: %v, %v", m, err)
	}
	web.End(0, "")
	other.End(0, "")
}
