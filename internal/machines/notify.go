package machines

import (
	"net"
	"os"
)

// notifier is the way to the service manager, which must be open before the process is confined.
var notifier *net.UnixConn

// OpenNotify connects to the service manager that $NOTIFY_SOCKET names, if one does (sd_notify(3)), and takes the
// variable out of the environment.
func OpenNotify() {
	name := os.Getenv("NOTIFY_SOCKET")
	if name == "" {
		return
	}
	os.Unsetenv("NOTIFY_SOCKET")
	if c, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: name, Net: "unixgram"}); err == nil {
		notifier = c
	}
}

// notify tells the service manager how this process is.
func notify(state string) {
	if notifier != nil {
		_, _ = notifier.Write([]byte(state))
	}
}
