package tests

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"uk.example"
	"uk.example/internal/testenv"
)

// TestOutputErrors: what a program's standard files cannot do fails in the guest as on the host: a full device, a pipe that
// nobody reads, files that are closed.
func TestOutputErrors(t *testing.T) {
	testenv.MustHaveKit(t, uk.FindKit)
	needKVM(t)
	prog := c("output_errors.c", "-w")(t, t.TempDir())
	m := machineKind{name: "kvm", opt: uk.RunOptions{VMM: uk.VMMBuiltin}}
	img := m.build(t, prog)
	for _, tt := range []struct {
		name   string
		closed []int
		args   []string
		shell  string // how the host's shell does it; $0 is the program, $1 its argument
	}{
		{name: "full", shell: `"$0" >/dev/full </dev/null`},
		{name: "full-stderr", shell: `"$0" 2>/dev/full </dev/null`},
		{name: "pipe", shell: `"$0" >&3 </dev/null`},
		{name: "pipe-ignored", args: []string{"ignore"}, shell: `"$0" "$1" >&3 </dev/null`},
		{name: "closed-0", closed: []int{0}, shell: `"$0" <&-`},
		{name: "closed-1", closed: []int{1}, shell: `"$0" >&- </dev/null`},
		{name: "closed-2", closed: []int{2}, shell: `"$0" 2>&- </dev/null`},
		{name: "closed-all", closed: []int{0, 1, 2}, shell: `"$0" <&- >&- 2>&-`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			// Each side has files of its own for what is written.
			files := func() (stdout, stderr *os.File) {
				dir := t.TempDir()
				open := func(name string) *os.File {
					f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE, 0o600)
					if err != nil {
						t.Fatal(err)
					}
					t.Cleanup(func() { f.Close() })
					return f
				}
				stdout, stderr = open(filepath.Join(dir, "out")), open(filepath.Join(dir, "err"))
				switch tt.name {
				case "full":
					stdout = open("/dev/full")
				case "full-stderr":
					stderr = open("/dev/full")
				case "pipe", "pipe-ignored":
					r, w, err := os.Pipe()
					if err != nil {
						t.Fatal(err)
					}
					r.Close()
					t.Cleanup(func() { w.Close() })
					stdout = w
				}
				return stdout, stderr
			}
			said := func(f *os.File) string {
				if f.Name() == "/dev/full" || f.Name() == "|1" {
					return ""
				}
				b, err := os.ReadFile(f.Name())
				if err != nil {
					t.Fatal(err)
				}
				return string(b)
			}
			stdout, stderr := files()
			cmd := exec.Command("sh", append([]string{"-c", "exec " + tt.shell + " 3>&-", prog}, tt.args...)...)
			cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = stdout, stderr, []*os.File{stdout}
			cmd.Run()
			status := cmd.ProcessState.ExitCode()
			if status < 0 { // by SIGPIPE
				status = 141
			}
			wantOut, wantErr := said(stdout), said(stderr)
			ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
			defer cancel()
			stdout, stderr = files()
			opt := m.opt
			opt.Stdout, opt.ProgramStderr, opt.Args, opt.Closed = stdout, stderr, tt.args, tt.closed
			st, err := img.Run(ctx, opt)
			if err != nil || st.ExitCode() != status {
				t.Errorf("status %d, %v, the host's is %d", st.ExitCode(), err, status)
			}
			if gotOut, gotErr := said(stdout), said(stderr); gotOut != wantOut || gotErr != wantErr {
				t.Errorf("%d bytes of output, the host's has %d; standard error %q, the host's %q", len(gotOut), len(wantOut), gotErr, wantErr)
			}
		})
	}
}
