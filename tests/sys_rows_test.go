package tests

import "testing"

// sysRows are programs that use parts of the kernel that programs expect of
// Linux, compared call by call with the host.
func sysRows() []program {
	return []program{
		{name: "sys-unix-names", build: c("sys/unix_names.c"), tcg: true},
		{name: "sys-unix-names-cpus2", build: c("sys/unix_names.c"), cpus: 2},
		{name: "sys-unix-messages", build: c("sys/unix_messages.c")},
		{name: "sys-unix-messages-static", build: c("sys/unix_messages.c", "-static")},
		{name: "sys-unix-cycles", build: c("sys/unix_messages.c"), args: []string{"cycles"}, check: func(t *testing.T, out string) {
			if want := "still reachable: -1 EAGAIN\nunreachable: 0 \nunaccepted: 0 \nchain: 0 \n"; out != want {
				t.Errorf("got %q", out)
			}
		}},
		{name: "sys-peer-pidfd", build: c("sys/peer_pidfd.c"), golden: "programs/sys/peer_pidfd.golden", tcg: true}, // Linux 6.5 and newer
		{name: "sys-peer-pidfd-static", build: c("sys/peer_pidfd.c", "-static"), golden: "programs/sys/peer_pidfd.golden"},
		{name: "sys-inotify", build: c("sys/inotify.c"), tcg: true},
		{name: "sys-record-locks", build: c("sys/record_locks.c")},
		{name: "sys-xattr", build: c("sys/xattr.c")},
		{name: "sys-go-calls", build: golang("go/calls", false), tcg: true},
		{name: "sys-go-calls-pie", build: golang("go/calls", true, "-buildmode=pie", "-ldflags=-linkmode=external")},
		{name: "sys-inotify-static", build: c("sys/inotify.c", "-static")},
	}
}
