package tests

import (
	"bytes"
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"uk.example"
	"uk.example/internal/testenv"
)

// TestProcModule: the files of /proc and /sys are the same whether they are built in or in a module, which programs of Go
// have: also for a user who may do less, and when something was mounted over the module's folder.
func TestProcModule(t *testing.T) {
	t.Parallel()
	needKVM(t)
	testenv.MustHaveKit(t, uk.FindKit)
	dir := t.TempDir()
	prog := golang("go/nodes", false)(t, dir)
	build := func(name string, opt uk.Options) *uk.Image {
		opt.Binary, opt.Output = prog, filepath.Join(dir, name+".uk")
		opt.Drivers = append(opt.Drivers, "virtio_9p")
		img, err := uk.Build(context.Background(), opt)
		if err != nil {
			t.Fatal(err)
		}
		return img
	}
	run := func(img *uk.Image, opt uk.RunOptions) []string {
		t.Helper()
		ctx, cancel := context.WithTimeout(context.Background(), kvmDeadline)
		defer cancel()
		var out bytes.Buffer
		opt.Stdout, opt.Stderr = &out, &out
		if st, err := img.Run(ctx, opt); err != nil || st.ExitCode() != 0 {
			t.Fatalf("%v, %v; output:\n%s", st, err, clip(out.String()))
		}
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		slices.Sort(lines)
		return lines
	}
	builtIn, module := build("y", uk.Options{Drivers: []string{"proc"}}), build("m", uk.Options{})
	if !slices.Equal(module.Modules, []string{"proc"}) || len(builtIn.Modules) > 0 {
		t.Errorf("modules are %v and %v", module.Modules, builtIn.Modules)
	}
	if saved := builtIn.KernelSize - module.KernelSize; saved < 20<<10 {
		t.Errorf("the module keeps %d bytes out of the kernel", saved)
	}
	usr := []uk.Share{{Path: dir, Target: "/usr"}}
	for _, tt := range []struct {
		name  string
		lines int // at least
		opt   uk.RunOptions
	}{
		{"root", 200, uk.RunOptions{Args: []string{"/proc", "/sys"}}},
		{"user", 200, uk.RunOptions{Args: []string{"-u", "/proc", "/sys"}}},
		{"covered", 60, uk.RunOptions{Args: []string{"/sys"}, Shares: usr}},
		{"qemu", 100, uk.RunOptions{Args: []string{"/sys", "/proc/sys"}, VMM: uk.VMMQEMU, Accel: uk.AccelTCG}},
	} {
		want, got := run(builtIn, tt.opt), run(module, tt.opt)
		in := func(list []string) func(string) bool { return func(l string) bool { return slices.Contains(list, l) } }
		missing, more := slices.DeleteFunc(slices.Clone(want), in(got)), slices.DeleteFunc(slices.Clone(got), in(want))
		if len(missing)+len(more) > 0 || len(got) < tt.lines {
			t.Errorf("%s: %d lines with the module; missing:\n%s\nmore:\n%s", tt.name, len(got), strings.Join(missing, "\n"), strings.Join(more, "\n"))
		}
	}
}
