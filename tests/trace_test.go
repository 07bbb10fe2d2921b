package tests

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"testing"

	"uk.example"
	"uk.example/internal/testenv"
	"uk.example/kvmboot"
)

// tracedLines are what strace shows of programs/seeing/calls.c on Linux, where libraries leave a choice any of it.
var tracedLines = []string{
	`^execve\("/calls", \["/calls"\], \[/\* \d+ vars \*/\]\) = 0$`,
	`^open(at\(AT_FDCWD, |\()"/none/\\0011\\"", O_RDONLY\|O_NONBLOCK(\|O_LARGEFILE)?\) = -1 ENOENT \(No such file or directory\)$`,
	`^open(at\(AT_FDCWD, |\()"/tmp/calls", O_RDWR\|O_CREAT\|O_TRUNC(\|O_LARGEFILE)?, 0640\) = 3$`,
	`^writev\(3, \[\{iov_base="ab", iov_len=2\}, \{iov_base="c\\n", iov_len=2\}\], 2\) = 4$`,
	`^pread64\(3, "abc\\n", 16, 0\) += 4$`,
	`^(fstat\(3|newfstatat\(3, ""), \{st_mode=S_IFREG\|0640, st_size=4, \.\.\.\}(, AT_EMPTY_PATH)?\) = 0$`,
	`^lseek\(3, -1, SEEK_END\) += 3$`,
	`^write\(3, "01234567890123456789012345678901"\.\.\., 40\) = 40$`,
	`^rt_sigaction\(SIGUSR1, \{sa_handler=0x[0-9a-f]+, sa_mask=\[\], sa_flags=SA_RESTORER\|SA_RESTART, sa_restorer=0x[0-9a-f]+\}, NULL, 8\) = 0$`,
	`^(kill\(1, SIGUSR1|<... kill resumed>)\) += 0$`,
	`^--- SIGUSR1 \{si_signo=SIGUSR1, si_code=SI_USER, si_pid=1, si_uid=0\} ---$`,
	`^pipe2?\(\[4, 5\](, 0)?\) += 0$`,
	`clone3?\(.*CLONE_VM\|CLONE_FS`,
	`^\[pid +\d+\] read\(4,  <unfinished \.\.\.>$`,
	`^\[pid +\d+\] (poll\(|<... poll resumed>|ppoll\().*= 0 \(Timeout\)$`,
	`^\[pid +\d+\] (poll|ppoll)\(\[\{fd=6, events=POLLIN\}\], 1,.*\) += 1 \(\[\{fd=6, revents=POLLIN\}\]\)$`,
	`^\[pid +\d+\] (nanosleep\(|clock_nanosleep\(CLOCK_REALTIME, 0, )\{tv_sec=0, tv_nsec=1000000\}, NULL\) = 0$`,
	`^\[pid +\d+\] (<... read resumed>|read\(4, )"y", 1\) += 1$`,
	`^\[pid +\d+\] unlink\("/tmp/calls"\) += 0$`,
	`^(\[pid +\d+\] )?exit_group\(9\) += \?$`,
	`^\+\+\+ exited with 9 \+\+\+$`,
}

// checkTrace says which of the lines are missing.
func checkTrace(t *testing.T, text string) {
	t.Helper()
	for _, want := range tracedLines {
		if !regexp.MustCompile("(?m)" + want).MatchString(text) {
			t.Errorf("no line %s", want)
		}
	}
	if t.Failed() {
		t.Log(clip(text))
	}
}

// A trace shows what the C library in the kernel asks of it, and what a program does by itself.
func TestTrace(t *testing.T) {
	testenv.MustHaveKit(t, uk.FindKit)
	for _, variant := range []struct {
		name  string
		flags []string
		libc  string
	}{{"calls", nil, "kernel"}, {"calls-static", []string{"-static"}, ""}, {"calls-imagelibc", nil, "image"}} {
		for _, accel := range []string{uk.AccelKVM, uk.AccelTCG} {
			if accel == uk.AccelTCG && variant.libc == "image" {
				continue // the same code as the static one
			}
			t.Run(variant.name+"-"+accel, func(t *testing.T) {
				p := &program{name: "trace-" + variant.name, build: c("seeing/calls.c", append([]string{"-O1", "-pthread"}, variant.flags...)...), status: 9,
					kernel: uk.Options{Trace: true, Libc: variant.libc, Syscalls: []string{"auto"}}}
				opt := uk.RunOptions{Trace: &uk.TraceOptions{}}
				if accel == uk.AccelTCG {
					testenv.MustHave(t, kvmboot.QEMUProgram)
					opt.VMM, opt.Accel = uk.VMMQEMU, accel
				} else {
					needKVM(t)
				}
				b := prepare(t, p)
				ctx, cancel := context.WithTimeout(context.Background(), tcgDeadline)
				defer cancel()
				var out, trace bytes.Buffer
				opt.Stdout, opt.Trace.Out, opt.Stderr = &out, &trace, &out
				s, err := b.img.Run(ctx, opt)
				if err != nil || s.ExitCode() != 9 || out.Len() > 0 {
					t.Fatalf("%v %v\n%s", s, err, out.String())
				}
				text := strings.ReplaceAll(trace.String(), "/calls-static", "/calls")
				text = strings.ReplaceAll(text, b.img.Command[0], "/calls")
				checkTrace(t, text)
				opt.Trace.Set = "%file,!"
				if _, err := b.img.Run(ctx, opt); err == nil || !strings.Contains(err.Error(), `no system call or class of calls "!"`) {
					t.Errorf("a set that is none: %v", err)
				}
				opt.Trace.Set = "!file,desc,signal,memory,process,poll,nanosleep"
				trace.Reset()
				if _, err := b.img.Run(ctx, opt); err != nil || regexp.MustCompile(`open|write|clone|sigaction\(|exit_group`).Match(trace.Bytes()) {
					t.Errorf("%v: what was left out:\n%s", err, clip(trace.String()))
				}
			})
		}
	}
}

// A kernel that is not to be traced has nothing of the tracer.
func TestTraceAbsent(t *testing.T) {
	testenv.MustHaveKit(t, uk.FindKit)
	b := prepare(t, &program{name: "trace-none", build: c("exit7.c"), status: 7})
	var out bytes.Buffer
	if _, err := b.img.Run(context.Background(), uk.RunOptions{Trace: &uk.TraceOptions{}, Stderr: &out}); err == nil || !strings.Contains(err.Error(), "uk build --trace") {
		t.Errorf("a trace of a kernel without tracer: %v", err)
	}
}
