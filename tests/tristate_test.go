package tests

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"uk"
	"uk/linker"
)

// TestTristate boots a program with each driver of the kit added to, made a
// module of, and left out of the default profile, and with each profile. That
// every combination links is a test of the linker package.
func TestTristate(t *testing.T) {
	needKVM(t)
	findKit(t)
	dir, err := uk.FindKit("")
	if err != nil {
		t.Fatal(err)
	}
	k, err := linker.OpenKit(dir)
	if err != nil {
		t.Fatal(err)
	}
	def, err := k.Profile(uk.DefaultProfile)
	if err != nil {
		t.Fatal(err)
	}
	usual, err := k.Resolve(def, nil)
	if err != nil {
		t.Fatal(err)
	}
	prog := c("args.c")(t, t.TempDir())
	for _, profile := range append(k.Profiles(), linker.ProfileNone) {
		t.Run(profile, func(t *testing.T) { tristateBoot(t, prog, uk.Options{Profile: profile}) })
	}
	for i := range k.Drivers {
		d := &k.Drivers[i]
		for _, v := range "ymn" {
			if v == 'm' && d.Type == linker.TypeBool {
				continue
			}
			opt := uk.Options{Drivers: []string{fmt.Sprintf("%s=%c", d.Name, v)}}
			if v != 'y' { // what needs it cannot be more
				for _, other := range k.Dependents(d.Config) {
					if w := v; usual.Value(other.Config) != 'n' {
						if other.Type == linker.TypeBool {
							w = 'n'
						}
						opt.Drivers = append(opt.Drivers, fmt.Sprintf("%s=%c", other.Name, w))
					}
				}
			}
			t.Run(strings.Join(opt.Drivers, ","), func(t *testing.T) { tristateBoot(t, prog, opt) })
		}
	}
}

func tristateBoot(t *testing.T, prog string, opt uk.Options) {
	t.Parallel()
	opt.Binary, opt.Args, opt.Output = prog, []string{"one", "two words"}, filepath.Join(t.TempDir(), "image.uk")
	opt.Warn = func(line string) { t.Log(line) }
	img, err := uk.Build(context.Background(), opt)
	if err != nil {
		t.Fatal(err)
	}
	if has := func(d string) bool { return slices.Contains(img.Drivers, d) }; has("virtio_pci") && !has("virtio_mmio") {
		t.Skip("the built-in runner has no PCI")
	}
	var out bytes.Buffer // of the program, which may have the serial port only, and of the kernel
	ctx, cancel := context.WithTimeout(context.Background(), kvmDeadline)
	defer cancel()
	st, err := img.Run(ctx, uk.RunOptions{VMM: uk.VMMBuiltin, Stdout: &out, Stderr: &out})
	if err != nil || st.ExitCode() != 0 || !strings.Contains(out.String(), "two words") {
		t.Errorf("%v, %v: output:\n%s", st, err, clip(out.String()))
	}
}
