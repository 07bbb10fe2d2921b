package machines

import (
	"net"
	"os"
	"strconv"
	"time"
)

// notifier is the way to the service manager, which must be open before the process is confined.
var notifier *net.UnixConn

// OpenNotify connects to the service manager that $NOTIFY_SOCKET names, if one does (sd_notify(3)), and takes its
// variables out of the environment. One that watches this process (sd_watchdog_enabled(3)) hears from it from now on.
func OpenNotify() {
	name, usec, pid := os.Getenv("NOTIFY_SOCKET"), os.Getenv("WATCHDOG_USEC"), os.Getenv("WATCHDOG_PID")
	for _, v := range []string{"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"} {
		os.Unsetenv(v)
	}
	if name == "" {
		return
	}
	c, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: name, Net: "unixgram"})
	if err != nil {
		return
	}
	notifier = c
	if n, err := strconv.ParseInt(usec, 10, 64); err == nil && n > 0 && (pid == "" || pid == strconv.Itoa(os.Getpid())) {
		go watchdog(time.Duration(n) * time.Microsecond / 2)
	}
}

// watchdog says that this process works, as long as it does.
func watchdog(period time.Duration) {
	for range time.Tick(max(period, time.Millisecond)) {
		notify("WATCHDOG=1")
	}
}

// notify tells the service manager how this process is.
func notify(state string) {
	if notifier != nil {
		_, _ = notifier.Write([]byte(state))
	}
}
