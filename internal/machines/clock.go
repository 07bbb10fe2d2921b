package machines

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// Moment is a point on the clock that nobody sets (CLOCK_BOOTTIME) as "HOST+NANOSECONDS", where HOST tells the host's starts
// apart. Ages are measured with it: the time of day may be set while a machine runs. "" is none, as of another version's machine.
type Moment string

// clock is read by moments; tests have others.
var clock = struct {
	host func() string
	now  func() time.Duration
	wall func() time.Time
}{sync.OnceValue(bootID), sinceBoot, time.Now}

// bootID is what the kernel made up when the host started; "" if it is not to be had.
func bootID() string {
	b, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.ReplaceAll(strings.TrimSpace(string(b)), "-", "")
}

func sinceBoot() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &t); err != nil {
		return -1
	}
	return time.Duration(t.Nano())
}

// moment is now. A process that may open no files any more must have asked for one before.
func moment() Moment {
	host, now := clock.host(), clock.now()
	if host == "" || now < 0 {
		return ""
	}
	return Moment(fmt.Sprintf("%s+%d", host, now))
}

// age is how long ago something was: by the moment if it was since the host's start, else by the time of day.
func (m Moment) age(wall time.Time) time.Duration {
	host, at, _ := strings.Cut(string(m), "+")
	if n, err := strconv.ParseInt(at, 10, 64); err == nil && host == clock.host() {
		if now := clock.now(); now >= time.Duration(n) && n >= 0 {
			return now - time.Duration(n)
		}
	}
	return max(clock.wall().Sub(wall), 0)
}

// Age is how long ago the machine was made.
func (m *Machine) Age() time.Duration { return m.CreatedAt.age(m.Created) }

// Up is how long ago the program began to run.
func (m *Machine) Up() time.Duration { return m.StartedAt.age(m.Started) }

// Ended is how long ago it ended.
func (m *Machine) Ended() time.Duration { return m.FinishedAt.age(m.Finished) }
