package main

//lint:file-ignore U1000 entry_amd64.s uses what is below

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// What entry_amd64.s says of limits with which the Go runtime does not start.
var (
	noAddresses = "uk: processes may have too little address space here (ulimit -v): uk needs 1600000 KB, most of which it never uses\n"
	noData      = "uk: processes may have too little memory here (ulimit -d): uk needs 100000 KB besides the guest's\n"
	noThreads   = "uk: this user may have too few processes and threads (ulimit -u): uk needs 16 at least\n"
)

// noNull is what it says where a standard file is closed and nothing can take its place.
var noNull = "uk: standard input, output or error is closed, and /dev/null, which takes its place, cannot be opened: mount /dev here, or open all three\n"

// devNull takes the place of standard files that are closed.
var devNull = "/dev/null\x00"

// closedAtStart has a bit for each of the descriptors 0 to 2 in whose place it is.
var closedAtStart uint32

// closedFiles are those descriptors.
func closedFiles() (closed []int) {
	for fd := range 3 {
		if closedAtStart>>fd&1 != 0 {
			closed = append(closed, fd)
		}
	}
	return closed
}

// entry is where the process begins, see entry_amd64.s.
func entry()

// What a command needs that runs a guest: files and threads that are there at once.
const (
	needFiles   = 16
	needThreads = 24
	// needSignals wait at once when each thread is asked to give up rights (runtime's AllThreadsSyscall). One
	// that cannot be sent is waited for for ever.
	needSignals = 32
	// reserved is what of the address space the runtime takes for itself, muchMemory a limit above
	// which that does not matter.
	reserved   = 1300 << 20
	muchMemory = 8 << 30
	// plenty is a limit above which nothing is counted.
	plenty = 1024
)

// checkLimits finds limits that would end the process in the middle: the Go runtime takes threads, and
// files to wait for others, and does not go on without.
func checkLimits() error {
	if most := limit(unix.RLIMIT_AS); most < muchMemory && most > reserved {
		debug.SetMemoryLimit(int64(most - reserved)) // collect garbage rather than die
	}
	if most := limit(unix.RLIMIT_NOFILE); most < plenty {
		open, err := os.ReadDir("/proc/self/fd")
		if n := max(uint64(len(open)), 1) - 1; most < needFiles+n || err != nil && most < needFiles { // one is the folder
			return fmt.Errorf("this process may have %d files open (ulimit -n), and has %d: uk needs %d more", most, n, needFiles)
		}
	}
	if most := limit(unix.RLIMIT_SIGPENDING); most < plenty {
		if n := waitingSignals(); most < needSignals+n && !raise(unix.RLIMIT_SIGPENDING, needSignals+n) {
			return fmt.Errorf("signals of this user that wait may be %d (ulimit -i), and %d do: uk needs %d more", most, n, needSignals)
		}
	}
	if most := limit(unix.RLIMIT_NPROC); most < plenty && os.Geteuid() != 0 {
		if n := threadsOf(os.Getuid()); most < needThreads+n {
			return fmt.Errorf("this user may have %d processes and threads (ulimit -u), and has %d: uk needs %d more", most, n, needThreads)
		}
	}
	return nil
}

func limit(resource int) uint64 {
	var l unix.Rlimit
	if unix.Getrlimit(resource, &l) != nil {
		return unix.RLIM_INFINITY
	}
	return l.Cur
}

// raise raises a soft limit to the hard one, and reports whether it is least then.
func raise(resource int, least uint64) bool {
	var l unix.Rlimit
	if unix.Getrlimit(resource, &l) != nil || l.Max < least {
		return false
	}
	l.Cur = l.Max
	return unix.Setrlimit(resource, &l) == nil
}

// waitingSignals counts the signals that wait in all processes of this user (proc_pid_status(5)).
func waitingSignals() uint64 {
	text, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, "SigQ:"); ok {
			count, _, _ := strings.Cut(strings.TrimSpace(value), "/")
			n, _ := strconv.ParseUint(count, 10, 32)
			return n
		}
	}
	return 0
}

// threadsOf counts the threads of a user's processes, as the kernel does.
func threadsOf(uid int) (n uint64) {
	list, _ := filepath.Glob("/proc/[0-9]*/status")
	for _, name := range list {
		f, err := os.Open(name)
		if err != nil {
			continue // it has ended
		}
		own := false
		for lines := bufio.NewScanner(f); lines.Scan(); {
			key, value, _ := strings.Cut(lines.Text(), ":")
			words := strings.Fields(value)
			switch {
			case key == "Uid" && len(words) > 0:
				own = words[0] == strconv.Itoa(uid)
			case key == "Threads" && own && len(words) > 0:
				k, _ := strconv.ParseUint(words[0], 10, 32)
				n += k
			}
		}
		f.Close()
	}
	return n
}
