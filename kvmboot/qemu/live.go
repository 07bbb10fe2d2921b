package qemu

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"uk.example/kvmboot"
)

// live is QEMU's process as it runs. What its machine does inside, exits, devices and sockets, it tells nobody.
type live struct {
	memory int64

	mu   sync.Mutex
	proc *os.Root // of /proc; nil: it has ended
}

// clockTick is how long a tick of /proc/PID/stat is (USER_HZ).
const clockTick = 10 * time.Millisecond

// newLive looks at a process that the caller waits for later.
func newLive(pid int, memory int64) (*live, error) {
	proc, err := os.OpenRoot("/proc/" + strconv.Itoa(pid))
	if err != nil {
		return nil, err
	}
	return &live{memory: memory, proc: proc}, nil
}

func (q *live) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.proc.Close()
	q.proc = nil
}

// metrics are what Linux knows of the process. The lists that nobody knows are nil.
func (q *live) metrics() (out kvmboot.Metrics) {
	q.mu.Lock()
	defer q.mu.Unlock()
	out.CPUs = []kvmboot.CPUMetrics{}
	if q.proc == nil {
		return out
	}
	if threads, err := q.threads(); err == nil {
		out.CPUs = append(out.CPUs, threads...)
	}
	out.Memory = kvmboot.MemoryMetrics{Size: q.memory, Touched: q.touched()}
	return out
}

// threads are the processors': QEMU names their threads "CPU 0/KVM", or "ALL CPUs/TCG".
func (q *live) threads() (out []kvmboot.CPUMetrics, err error) {
	dir, err := q.proc.Open("task")
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	list, err := dir.Readdirnames(-1)
	if err != nil {
		return nil, err
	}
	byNumber := map[int]kvmboot.CPUMetrics{}
	for _, tid := range list {
		stat, err := q.proc.ReadFile("task/" + tid + "/stat")
		if err != nil {
			continue // it has ended
		}
		name, time, ok := threadTime(stat)
		var n int
		if ok && (name == "ALL CPUs/TCG" || scanned(name, "CPU %d/", &n)) {
			byNumber[n] = kvmboot.CPUMetrics{Nanos: time}
		}
	}
	for i := 0; i < len(byNumber); i++ {
		out = append(out, byNumber[i])
	}
	return out, nil
}

func scanned(s, format string, n *int) bool {
	_, err := fmt.Sscanf(s, format, n)
	return err == nil
}

// threadTime takes a thread's name and its time from its stat file (proc_pid_stat(5)).
func threadTime(stat []byte) (name string, nanos int64, ok bool) {
	open, end := bytes.IndexByte(stat, '('), bytes.LastIndexByte(stat, ')')
	if open < 0 || end < open {
		return "", 0, false
	}
	const utime, stime = 14 - 3, 15 - 3 // the first field behind the name is the third
	f := strings.Fields(string(stat[end+1:]))
	if len(f) <= stime {
		return "", 0, false
	}
	user, err1 := strconv.ParseInt(f[utime], 10, 64)
	system, err2 := strconv.ParseInt(f[stime], 10, 64)
	return string(stat[open+1 : end]), (user + system) * int64(clockTick), err1 == nil && err2 == nil
}

// touched is how much of the guest's memory there is.
func (q *live) touched() int64 {
	f, err := q.proc.Open("smaps")
	if err != nil {
		return 0
	}
	defer f.Close()
	return residentOf(f, q.memory)
}

// residentOf is how much of a mapping of that size there is, or if there is none of the largest.
func residentOf(smaps io.Reader, memory int64) (resident int64) {
	var largest, size int64
	for lines := bufio.NewScanner(smaps); lines.Scan(); {
		var kb int64
		if _, err := fmt.Sscanf(lines.Text(), "Size: %d kB", &kb); err == nil {
			size = kb << 10
		} else if _, err := fmt.Sscanf(lines.Text(), "Rss: %d kB", &kb); err == nil && (size == memory || size > largest && largest != memory) {
			largest, resident = size, kb<<10
		}
	}
	return resident
}
