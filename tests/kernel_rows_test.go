package tests

import "testing"

// kernelRows are programs that meet the kernel's limits and its scarce means.
func kernelRows() []program {
	return []program{
		{name: "kernel-cpu-limit", build: c("kernel/cpu_limit.c"), status: 137},
		{name: "kernel-cpu-limit-static-cpus2", build: c("kernel/cpu_limit.c", "-static"), cpus: 2, status: 137, tcg: true},
		{name: "kernel-calls", build: c("kernel/calls.c"), tcg: true},
		{name: "kernel-calls-static", build: c("kernel/calls.c", "-static")},
		{name: "kernel-hostile", build: c("kernel/hostile.c"), host: onLinux, tcg: true},
		{name: "kernel-hostile-static", build: c("kernel/hostile.c", "-static"), host: onLinux},
		{name: "kernel-hostile-32", build: c("kernel/hostile.c"), args: []string{"32"}, tcg: true, check: func(t *testing.T, out string) {
			if want := "int 0x80: signal 11 code 128 at 0, trap 13 error 0\n\"sysenter\": signal 11 code 128 at 0, trap 13 error 0\n"; out != want {
				t.Error(difference(want, out))
			}
		}},
		{name: "kernel-moves", build: c("kernel/moves.c"), tcg: true},
		{name: "kernel-pidfd-thread", build: c("kernel/pidfd_thread.c"), tcg: true, check: wantThreadDescriptors},
		{name: "kernel-pidfd-thread-static-cpus2", build: c("kernel/pidfd_thread.c", "-static"), cpus: 2, check: wantThreadDescriptors},
	}
}

// wantThreadDescriptors judges kernel/pidfd_thread.c, for which Linux must be 6.9.
func wantThreadDescriptors(t *testing.T, out string) {
	want := `open 1, 1; unknown ESRCH
lives: 0
send done to the thread 1 code -6
send done to the first 1 code -6
to the process done
two flags EINVAL, unknown EINVAL
ended: 1 0x1
send ESRCH
`
	if out != want {
		t.Error(difference(want, out))
	}
}
