package tests

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"uk.example/internal/testenv"
)

// diskEvent is what a runner did to a drive, or a line that its guest said.
type diskEvent struct {
	off    int64
	data   []byte // written, or with a negative off said
	flush  bool   // all before is safe
	begins bool   // the flush is asked for
}

var (
	tracedWrite = regexp.MustCompile(`^\d+ +(pwritev2|pwrite64|write)\(\d+<[^>]*>, (.*)`)
	tracedBytes = regexp.MustCompile(`"((?:\\x[0-9a-f]{2})*)"`)
	tracedPlace = regexp.MustCompile(`(?:\], \d+|", \d+), (\d+)`) // behind the vector and its length, or behind the bytes and theirs
)

// diskTrace reads strace's lines.
func diskTrace(t *testing.T, trace string) (events []diskEvent) {
	t.Helper()
	for line := range strings.Lines(trace) {
		m := tracedWrite.FindStringSubmatch(line)
		switch {
		case strings.Contains(line, "fdatasync"):
			if !strings.Contains(line, "resumed") {
				events = append(events, diskEvent{begins: true})
			}
			if strings.HasSuffix(line, "= 0\n") {
				events = append(events, diskEvent{flush: true})
			}
		case m != nil:
			e := diskEvent{off: -1}
			for _, s := range tracedBytes.FindAllStringSubmatch(m[2], -1) {
				b, err := hex.DecodeString(strings.ReplaceAll(s[1], `\x`, ""))
				if err != nil {
					t.Fatal(err)
				}
				e.data = append(e.data, b...)
			}
			if m[1] != "write" {
				at := tracedPlace.FindStringSubmatch(m[2])
				if at == nil {
					t.Fatalf("no offset in %q", line[max(0, len(line)-100):])
				}
				e.off, _ = strconv.ParseInt(at[1], 10, 64)
			}
			events = append(events, e)
		}
	}
	return events
}

// TestExt4Lost loses what a runner wrote to a drive and did not flush, at moments when the most is to be lost: all of it, or some. The next
// machine finds what fsync had said was safe, and e2fsck no fault.
func TestExt4Lost(t *testing.T) {
	prog := c("ext4/crash.c", "-w")(t, t.TempDir())
	uk, env := ukCommand(t)
	img, opt := ext4Image(t, prog)
	disk, dir := ext4Disk(t, 16<<20, "-b", "1024"), t.TempDir()
	before, err := os.ReadFile(disk)
	if err != nil {
		t.Fatal(err)
	}
	trace, said := filepath.Join(dir, "trace"), filepath.Join(dir, "said")
	r := startKilled(t, env, nil, testenv.MustHave(t, "strace"), "-f", "-qq", "-y", "-xx", "-s", "200000", "-e", "signal=none", "-o", trace,
		"-e", "trace=pwrite64,pwritev2,fdatasync,write", "-P", disk, "-P", said, "sh", "-c", `said=$0; echo pid $$; exec "$@" >"$said"; `, said,
		uk, "run", "--drive", disk, "--mount", "/dev/vdb:/mnt:ext4", prog, "/mnt/top", "25")
	var pid int
	if _, err := fmt.Sscanf(r.says(func(out string) bool { return strings.Contains(out, "\n") }), "pid %d", &pid); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Kill(pid, syscall.SIGKILL) })
	<-r.done
	lines, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	events := diskTrace(t, string(lines))
	left, err := os.ReadFile(disk)
	if err != nil {
		t.Fatal(err)
	}
	whole := bytes.Clone(before)
	for _, e := range events {
		if e.off >= 0 {
			copy(whole[e.off:], e.data)
		}
	}
	if !bytes.Equal(whole, left) {
		t.Fatal("the trace is not all that was written")
	}
	var cuts []int // where a flush begins of several writes
	waiting := 0
	for i, e := range events {
		switch {
		case e.flush:
			waiting = 0
		case e.off >= 0 && len(e.data) > 0:
			waiting++
		case e.begins && waiting > 2:
			cuts = append(cuts, i)
		}
	}
	if len(cuts) < 20 {
		t.Fatalf("%d flushes in\n%s", len(cuts), clip(string(lines)))
	}
	for i := range 5 {
		random := rand.New(rand.NewPCG(1, uint64(i)))
		cut := cuts[len(cuts)*(i+1)/6]
		last, lost := lostDisk(t, disk, before, events[:cut], func() bool { return i > 0 && random.IntN(3) > 0 })
		if i == 0 && lost < 3 {
			t.Errorf("%d writes were lost", lost)
		}
		for _, replay := range []bool{true, false} {
			if replay { // by e2fsck, on a copy
				copied := filepath.Join(dir, "copy")
				testenv.Run(t, "cp", disk, copied)
				if out, err := exec.Command("e2fsck", "-p", copied).CombinedOutput(); err != nil && !strings.Contains(err.Error(), "status 1") {
					t.Errorf("e2fsck -p: %v\n%s", err, out)
				}
				opt.Drives[0].Path = copied
			} else {
				opt.Drives[0].Path = disk
			}
			if got, status := runBuilt(t, img, opt, "/mnt/top", "check", last); status != 0 || got != "all is there\n" {
				t.Errorf("cut off after %d flushes, when %s was safe: status %d: %s", len(cuts)*(i+1)/6, last, status, got)
			}
			ext4Clean(t, opt.Drives[0].Path)
		}
	}
}

// lostDisk makes the disk what is left of it after events, and gives the last line of the guest, and how many writes were lost: of those that were not
// flushed, all that survives does not keep.
func lostDisk(t *testing.T, disk string, before []byte, events []diskEvent, survives func() bool) (last string, lost int) {
	t.Helper()
	now := bytes.Clone(before)
	flushed, text := 0, ""
	for i, e := range events {
		if e.flush {
			flushed = i
		}
	}
	for i, e := range events {
		if e.off < 0 {
			text += string(e.data)
		} else if i < flushed || survives() {
			copy(now[e.off:], e.data)
		} else {
			lost++
		}
	}
	if err := os.WriteFile(disk, now, 0o600); err != nil {
		t.Fatal(err)
	}
	said := strings.Fields(text[:strings.LastIndex(text, "\n")+1])
	if len(said) == 0 {
		t.Fatal("the guest said nothing yet")
	}
	return said[len(said)-1], lost
}
