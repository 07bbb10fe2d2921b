package tests

import "testing"

// featureRows are programs that use one feature of Linux's files each, from
// all sides, compared call by call with the host.
func featureRows() []program {
	return []program{
		{name: "fs-splice", build: c("fs/splice.c"), tcg: true},
		{name: "fs-splice-static", build: c("fs/splice.c", "-static")},
		// A host may have user namespaces and logins; a guest has one namespace, and nobody logs in.
		{name: "fs-proc-user", build: c("fs/show.c"), args: []string{"/proc/self/uid_map", "/proc/thread-self/gid_map", "/proc/self/setgroups", "/proc/self/loginuid", "/proc/1/sessionid"}, check: func(t *testing.T, out string) {
			const all = "         0          0 4294967295\n\n"
			if want := "/proc/self/uid_map 33 " + all + "/proc/thread-self/gid_map 33 " + all + "/proc/self/setgroups 6 allow\n\n" +
				"/proc/self/loginuid 10 4294967295\n/proc/1/sessionid 10 4294967295\n"; out != want {
				t.Errorf("got %q", out)
			}
		}},
	}
}
