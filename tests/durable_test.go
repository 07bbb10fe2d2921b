package tests

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"uk.example"
	"uk.example/internal/testenv"
)

// ukCommand builds the command, and is how it runs: with the kit and with state of the test's own.
func ukCommand(t *testing.T) (path string, env []string) {
	t.Helper()
	needKVM(t)
	kit, err := filepath.Abs(testenv.MustHaveKit(t, uk.FindKit))
	if err != nil {
		t.Fatal(err)
	}
	testenv.Sources(t, "../cmd/uk/*.go")
	dir := t.TempDir()
	path = filepath.Join(dir, "uk")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-E main.entry", "-o", path, "uk.example/cmd/uk")
	build.Env = append(build.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return path, append(os.Environ(), "UK_KIT="+kit, "XDG_DATA_HOME="+filepath.Join(dir, "data"))
}

// killedRun is a command that runs until it is killed.
type killedRun struct {
	t    *testing.T
	cmd  *exec.Cmd
	out  lockedBuffer
	done chan struct{}
}

// startKilled starts a command. It is killed at the test's end at the latest.
func startKilled(t *testing.T, env []string, stdin io.Reader, argv ...string) *killedRun {
	t.Helper()
	r := &killedRun{t: t, done: make(chan struct{})}
	r.cmd = exec.Command(argv[0], argv[1:]...)
	r.cmd.Env, r.cmd.Stdin, r.cmd.Stdout, r.cmd.Stderr = env, stdin, &r.out, &r.out
	r.cmd.WaitDelay = time.Second // stdin may have no end
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = r.cmd.Wait(); close(r.done) }()
	t.Cleanup(r.kill)
	return r
}

func (r *killedRun) kill() {
	_ = r.cmd.Process.Kill()
	<-r.done
}

// says waits until the output has something, and gives the output.
func (r *killedRun) says(has func(out string) bool) string {
	r.t.Helper()
	for limit := time.After(kvmDeadline); ; {
		out := r.out.String()
		if has(out) {
			return out
		}
		select {
		case <-r.done:
			if out = r.out.String(); has(out) {
				return out
			}
			r.t.Fatalf("the command has ended:\n%s", clip(out))
		case <-limit:
			r.t.Fatalf("the command says only\n%s", clip(out))
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// tracedRun runs a guest until it says "done", kills its runner, and gives the runner's calls.
func tracedRun(t *testing.T, env []string, argv ...string) string {
	t.Helper()
	trace := filepath.Join(t.TempDir(), "trace")
	r := startKilled(t, env, nil, append([]string{testenv.MustHave(t, "strace"), "-f", "-qq", "-y", "-s", "8", "-e", "signal=none", "-o", trace,
		"-e", "trace=openat,pwrite64,pwritev2,fsync,fdatasync", "sh", "-c", `echo pid $$; exec "$@"`, "sh"}, argv...)...)
	out := r.says(func(out string) bool { return strings.HasSuffix(out, "done\n") })
	var pid int
	if _, err := fmt.Sscanf(out, "pid %d", &pid); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	_ = syscall.Kill(pid, syscall.SIGKILL) // the runner, and strace ends by itself
	<-r.done
	data, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestSyncReachesHost asks in a guest for files to be safe in all ways there are, and looks at what the runner asks of the host.
func TestSyncReachesHost(t *testing.T) {
	prog := c("storage/sync.c")(t, t.TempDir())
	uk, env := ukCommand(t)
	count := func(trace, call, file string) int {
		return len(regexp.MustCompile(`(?m)\s`+call+`\(\d+<`+regexp.QuoteMeta(file)+`>`).FindAllString(trace, -1))
	}
	for _, tt := range []struct {
		way          string
		fsync, fdata int    // of the file
		pattern      string // with DIR for the folder
	}{
		{"nothing", 0, 0, `pwrite64\(\d+<DIR/file>, "abc", 3, 0`},
		{"fsync", 1, 0, `(?s)pwrite64\(\d+<DIR/file>, "abc", 3, 0.*fsync\(\d+<DIR/file>`},
		{"fdatasync", 0, 1, `(?s)pwrite64\(\d+<DIR/file>, "abc", 3, 0.*fdatasync\(\d+<DIR/file>`},
		{"O_SYNC", 0, 0, `(?s)openat\([^\n]*"other", [^\n]*O_SYNC[^\n]*= (\d+)<DIR/other>.*pwrite64\(\d+<DIR/other>, "x"`},
		{"O_DSYNC", 0, 0, `(?s)openat\([^\n]*"other", [^\n]*O_DSYNC[^\n]*= (\d+)<DIR/other>.*pwrite64\(\d+<DIR/other>, "x"`},
		{"RWF_DSYNC", 0, 1, `(?s)pwrite64\(\d+<DIR/file>, "x", 1, 0.*fdatasync\(\d+<DIR/file>`},
		{"RWF_SYNC", 1, 0, `(?s)pwrite64\(\d+<DIR/file>, "x", 1, 0.*fsync\(\d+<DIR/file>`},
		{"nameless", 0, 0, `(?s)pwrite64\(\d+<DIR/other>\(deleted\), "x", 1, 0.*fdatasync\(\d+<DIR/other>`},
		{"msync", 1, 0, `(?s)pwrite64\(\d+<DIR/file>, "abc.*pwrite64\(\d+<DIR/file>, "abc.*fsync\(\d+<DIR/file>`},
		{"folder", 0, 0, `fsync\(\d+<DIR>`},
	} {
		dir := t.TempDir()
		trace := tracedRun(t, env, uk, "run", "-v", dir+":/mnt", prog, "/mnt", tt.way)
		file := filepath.Join(dir, "file")
		got, data := count(trace, "fsync", file), count(trace, "fdatasync", file)
		pattern := strings.ReplaceAll(tt.pattern, "DIR", regexp.QuoteMeta(dir))
		if got != tt.fsync || data != tt.fdata || !regexp.MustCompile(pattern).MatchString(trace) {
			t.Errorf("%s on a share: %d times fsync, %d times fdatasync; the runner's calls:\n%s", tt.way, got, data, clip(trace))
		}
	}
	least := 0 // flushes without being asked
	for _, way := range []string{"nothing", "fsync", "fdatasync", "O_SYNC", "O_DSYNC", "RWF_DSYNC", "RWF_SYNC", "nameless", "folder", "sync", "syncfs"} {
		disk := ext4Disk(t, 16<<20)
		trace := tracedRun(t, env, uk, "run", "--drive", disk, "--mount", "/dev/vdb:/mnt:ext4", prog, "/mnt/top", way)
		n := count(trace, "fdatasync", disk)
		if way == "nothing" {
			least = n
		} else if n <= least {
			t.Errorf("%s on a drive: %d flushes, %d without it; the runner's calls:\n%s", way, n, least, clip(trace))
		}
	}
}

// inNamespace has the program, on the host or in a guest, work in a small file system of its own on dir. What take is, in sh, is done
// when it says that it is ready. It tells one line, with say in it, or nothing if that is empty.
func inNamespace(t *testing.T, env []string, dir, take, say string, argv ...string) (string, error) {
	t.Helper()
	script := `mount -t tmpfs -o size=1M none "$0" && mkdir "$0/top" || exit 99
		mkfifo "$0.$$" && exec 3<>"$0.$$" && rm "$0.$$" || exit 99
		"$@" <&3 | while IFS= read -r line; do echo "$line"; test "$line" != ready || { (eval "$TAKE"); echo go >&3; }; done`
	ctx, cancel := context.WithTimeout(context.Background(), kvmDeadline)
	defer cancel()
	cmd := exec.CommandContext(ctx, testenv.MustHave(t, "unshare"), append([]string{"-rm", "sh", "-c", script, dir}, argv...)...)
	cmd.Env = append(env, "TAKE="+take)
	var messages bytes.Buffer
	cmd.Stderr = &messages
	out, err := cmd.Output()
	if told := messages.String(); told != "" && (say == "" || strings.Count(told, "\n") != 1) || !strings.Contains(told, say) {
		t.Errorf("%q tells %q, want %q", argv, told, say)
	}
	return string(out), err
}

// TestShareFull fills the file system that a share is of.
func TestShareFull(t *testing.T) {
	prog := c("storage/full.c")(t, t.TempDir())
	uk, env := ukCommand(t)
	dir := t.TempDir()
	want, err := inNamespace(t, env, dir, "", "", prog, filepath.Join(dir, "top"))
	if err != nil || !strings.Contains(want, "full: -1 No space left on device") {
		t.Fatalf("on the host: %v\n%s", err, want)
	}
	if got, err := inNamespace(t, env, dir, "", "share "+dir+": no room for what the guest writes", uk, "run", "-v", dir+":/mnt", prog, "/mnt/top"); err != nil || got != want {
		t.Errorf("%v:\n%s", err, difference(want, got))
	}
	// A store to a page for which there is no room is a SIGBUS on the host, and told later in the guest.
	want = strings.Replace(want, "unlink:", "msync: -1 No space left on device\nfsync of the mapped: -1 No space left on device\nunlink:", 1)
	want = strings.Replace(want, "pwrite: 1 \npwrite: 1 \n", "msync: 0 \nfsync: 0 \n", 1)
	if got, err := inNamespace(t, env, dir, "", "share "+dir+": no room for what the guest writes", uk, "run", "-v", dir+":/mnt", prog, "/mnt/top", "map"); err != nil || got != want {
		t.Errorf("%v:\n%s", err, difference(want, got))
	}
}

// TestShareGone takes the folder of a share away while a guest works in it.
func TestShareGone(t *testing.T) {
	prog := c("storage/gone.c")(t, t.TempDir())
	uk, env := ukCommand(t)
	for _, take := range []string{`rm -rf "$0/top"`, `umount -l "$0"`} {
		dir := t.TempDir()
		top := filepath.Join(dir, "top")
		want, err := inNamespace(t, env, dir, take, "", prog, top)
		if err != nil || !strings.HasSuffix(want, "stat(\"/\", &st): 0 Success\n") {
			t.Fatalf("on the host: %v\n%s", err, want)
		}
		if got, err := inNamespace(t, env, dir, take, "", uk, "run", "-v", top+":/mnt", prog, "/mnt"); err != nil || got != want {
			t.Errorf("%s: %v\n%s", take, err, difference(want, got))
		}
	}
}

// TestKilledRedis kills the runner of a server while clients write: what it had acknowledged is in its volume.
func TestKilledRedis(t *testing.T) {
	testenv.MustHaveFile(t, "/usr/bin/redis-server")
	uk, env := ukCommand(t)
	app, err := filepath.Abs("../apps/redis")
	if err != nil {
		t.Fatal(err)
	}
	const clients, enough = 8, 1000
	acked := make([]int, clients) // how many keys of each are safe
	for range 2 {
		addr := fmt.Sprintf("127.0.0.1:%d", serverPort(t))
		run := startKilled(t, env, nil, uk, "run", "-m", "256M", "-p", addr+":6379", "-v", "db:/data", app, "--", "/redis.conf",
			"--appendonly", "yes", "--appendfsync", "always")
		open := func() *redisClient { return dialRedis(t, run, addr) }
		checkAcked(t, open(), acked)
		var all atomic.Int32
		var wg sync.WaitGroup
		for k := range clients {
			c := open()
			wg.Go(func() {
				for ; ; acked[k]++ {
					if got, err := c.do("SET", fmt.Sprintf("%d:%d", k, acked[k]), fmt.Sprint(acked[k]*7)); err != nil {
						return // the end of the machine
					} else if got != "OK" {
						t.Errorf("SET: %q", got)
						return
					}
					if all.Add(1) == enough {
						_ = run.cmd.Process.Kill()
					}
				}
			})
		}
		wg.Wait()
		run.kill()
	}
	addr := fmt.Sprintf("127.0.0.1:%d", serverPort(t))
	run := startKilled(t, env, nil, uk, "run", "-m", "256M", "-p", addr+":6379", "-v", "db:/data", app, "--", "/redis.conf", "--appendonly", "yes")
	checkAcked(t, dialRedis(t, run, addr), acked)
}

// dialRedis waits until a server has read its files, and answers.
func dialRedis(t *testing.T, run *killedRun, addr string) *redisClient {
	t.Helper()
	for limit := time.Now().Add(kvmDeadline); time.Now().Before(limit); time.Sleep(5 * time.Millisecond) {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			continue
		}
		_ = conn.SetDeadline(time.Now().Add(kvmDeadline))
		c := &redisClient{conn, bufio.NewReader(conn)}
		if got, err := c.do("PING"); err == nil && got == "PONG" {
			t.Cleanup(func() { conn.Close() })
			return c
		}
		conn.Close()
	}
	t.Fatalf("the server does not answer:\n%s", clip(run.out.String()))
	return nil
}

func checkAcked(t *testing.T, c *redisClient, acked []int) {
	t.Helper()
	for k, n := range acked {
		go func() {
			for i := range n {
				_ = c.send("GET", fmt.Sprintf("%d:%d", k, i))
			}
		}()
		for i := range n {
			if got, err := c.reply(); err != nil || got != fmt.Sprint(i*7) {
				t.Fatalf("key %d of the %d that client %d had acknowledged is %q, %v", i, n, k, got, err)
			}
		}
	}
}

// sqlStatements are inserts without end, each followed by a long line that says so.
type sqlStatements struct {
	next int
	buf  []byte
}

func (s *sqlStatements) Read(p []byte) (int, error) {
	if len(s.buf) == 0 {
		s.next++
		s.buf = fmt.Appendf(nil, "insert into t values(%d, hex(randomblob(500)));\nselect printf('%%01000d', %d);\n", s.next, s.next)
		if s.next == 1 {
			s.buf = append([]byte("create table t(a, b);\n"), s.buf...)
		}
	}
	n := copy(p, s.buf)
	s.buf = s.buf[n:]
	return n, nil
}

// TestKilledSQLite kills the runner of sqlite3 while it writes to a share: the rows that it had told of are there, on the host and in
// a guest, and nothing is wrong with the rest.
func TestKilledSQLite(t *testing.T) {
	sqlite := testenv.MustHaveFile(t, "/usr/bin/sqlite3")
	uk, env := ukCommand(t)
	for _, mode := range []string{"delete", "wal"} {
		for _, enough := range []int{4, 90} {
			folder := t.TempDir()
			run := startKilled(t, env, &sqlStatements{}, uk, "run", "-v", folder+":/mnt", sqlite,
				"-cmd", "pragma journal_mode="+mode+"; pragma synchronous=full; pragma wal_autocheckpoint=20;", "/mnt/db")
			run.says(func(out string) bool { return strings.Count(out, "\n") > enough })
			run.kill()
			lines := strings.Split(run.out.String(), "\n")
			last, err := strconv.Atoi(lines[len(lines)-2])
			if err != nil {
				t.Fatalf("it says %q", lines[len(lines)-2])
			}
			check := fmt.Sprintf("pragma integrity_check; select count(*) from t where a <= %d and length(b) = 1000;", last)
			want := fmt.Sprintf("ok\n%d\n", last)
			copied := filepath.Join(t.TempDir(), "copy")
			testenv.Run(t, "cp", "-a", folder, copied)
			if got := hostOutput(t, sqlite, filepath.Join(copied, "db"), check); got != want {
				t.Errorf("%s, on the host: %q, want %q", mode, got, want)
			}
			cmd := exec.Command(uk, "run", "-t", "60s", "-v", folder+":/mnt", sqlite, "/mnt/db", check)
			cmd.Env = env
			if got, err := cmd.Output(); err != nil || string(got) != want {
				t.Errorf("%s, in a guest: %q, want %q (%v)", mode, got, want, err)
			}
		}
	}
}
