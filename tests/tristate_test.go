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
	"uk/internal/testenv"
	"uk/kvmboot"
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
			lines := []linker.Setting{{Config: d.Config, Value: 'y'}}
			if v != 'y' { // what needs it cannot be more
				lines = usual.Lower(d.Config, byte(v), "")
			}
			var opt uk.Options
			for _, l := range lines {
				opt.Drivers = append(opt.Drivers, fmt.Sprintf("%s=%c", strings.ToLower(l.Config), l.Value))
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
	run := uk.RunOptions{VMM: uk.VMMBuiltin}
	if !slices.ContainsFunc(img.Devices().Machines, func(m uk.MachineFit) bool { return m.Machine == "built-in" && m.Boots }) {
		testenv.MustHave(t, kvmboot.QEMUProgram)
		run = uk.RunOptions{VMM: uk.VMMQEMU, Accel: uk.AccelTCG}
	}
	var out bytes.Buffer // of the program, which may have the serial port only, and of the kernel
	ctx, cancel := context.WithTimeout(context.Background(), tcgDeadline)
	defer cancel()
	run.Stdout, run.Stderr = &out, &out
	st, err := img.Run(ctx, run)
	if err != nil || st.ExitCode() != 0 || !strings.Contains(out.String(), "two words") {
		t.Errorf("%v, %v: output:\n%s", st, err, clip(out.String()))
	}
}
