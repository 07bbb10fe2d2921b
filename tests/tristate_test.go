package tests

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"uk.example"
	"uk.example/internal/build"
	"uk.example/internal/launch"
	"uk.example/internal/testenv"
	"uk.example/kvmboot"
	"uk.example/linker"
)

func openKit(t *testing.T) *linker.Kit {
	t.Helper()
	dir, err := uk.FindKit("")
	if err != nil {
		t.Fatal(err)
	}
	k, err := linker.OpenKit(dir)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// TestTristate boots a program with each driver of the kit added to, made a
// module of, and left out of the default profile, and with each profile. That
// every combination links is a test of the linker package.
func TestTristate(t *testing.T) {
	needKVM(t)
	testenv.MustHaveKit(t, uk.FindKit)
	k := openKit(t)
	def, err := k.Profile(build.DefaultProfile)
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

// TestTristateProfiles boots profiles whose lines are thrown together; the dice
// fall the same way each time. Those that contradict themselves say so.
func TestTristateProfiles(t *testing.T) {
	needKVM(t)
	testenv.MustHaveKit(t, uk.FindKit)
	k := openKit(t)
	prog := c("args.c")(t, t.TempDir())
	dice := rand.New(rand.NewPCG(1, 2))
	booted := 0
	for i := range 40 {
		file := filepath.Join(t.TempDir(), fmt.Sprintf("thrown%d.conf", i))
		var text strings.Builder
		for _, j := range dice.Perm(len(k.Drivers)) {
			d := &k.Drivers[j]
			if v := "nym-------"[dice.IntN(10)]; v != '-' && (v != 'm' || d.Type == linker.TypeTristate) {
				fmt.Fprintf(&text, "CONFIG_%s=%c\n", d.Config, v)
			}
		}
		if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := k.Profile(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := k.Resolve(p, nil); err != nil {
			if strings.Count(err.Error(), file+":") < 2 {
				t.Errorf("a contradiction that does not name two lines: %v\n%s", err, text.String())
			}
			continue
		}
		booted++
		t.Run(filepath.Base(file), func(t *testing.T) { tristateBoot(t, prog, uk.Options{Profile: file}) })
	}
	if booted < 10 {
		t.Errorf("only %d of the profiles are free of contradictions", booted)
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
	if !slices.ContainsFunc(launch.Devices(img.Bundle).Machines, func(m launch.MachineFit) bool { return m.Machine == "built-in" && m.Boots }) {
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

// TestDeviceModel holds what uk inspect --devices says of machines against what
// they do with an image of each profile. Machines that cannot be tried here are
// left out.
func TestDeviceModel(t *testing.T) {
	needKVM(t)
	testenv.MustHaveKit(t, uk.FindKit)
	testenv.MustHave(t, kvmboot.QEMUProgram)
	k := openKit(t)
	for _, profile := range k.Profiles() {
		img := buildFor(t, "exit7.c", profile)
		for _, m := range launch.Devices(img.Bundle).Machines {
			run := map[string]func(context.Context, uk.RunOptions) (kvmboot.Status, error){
				"built-in": func(ctx context.Context, opt uk.RunOptions) (kvmboot.Status, error) {
					opt.VMM = uk.VMMBuiltin
					return img.Run(ctx, opt)
				},
				"QEMU microvm": func(ctx context.Context, opt uk.RunOptions) (kvmboot.Status, error) {
					opt.Machine, opt.Accel = kvmboot.MachineMicroVM, uk.AccelTCG
					return img.Run(ctx, opt)
				},
				"QEMU q35": func(ctx context.Context, opt uk.RunOptions) (kvmboot.Status, error) {
					opt.Machine, opt.Accel = kvmboot.MachineQ35, uk.AccelTCG
					return img.Run(ctx, opt)
				},
				"Firecracker": func(ctx context.Context, opt uk.RunOptions) (kvmboot.Status, error) {
					return runFirecracker(ctx, t, img, opt)
				},
			}[m.Machine]
			if run == nil || m.Machine == "Firecracker" && (!m.Boots || strings.Contains(m.Note, "cannot end")) {
				continue
			}
			t.Run(profile+"/"+m.Machine, func(t *testing.T) {
				t.Parallel()
				ctx, cancel := context.WithTimeout(context.Background(), tcgDeadline)
				defer cancel()
				var out bytes.Buffer
				st, err := run(ctx, uk.RunOptions{Stdout: &out, Stderr: &out})
				if !m.Boots {
					if err == nil {
						t.Errorf("said not to boot (%s), but: %v, output:\n%s", m.Note, st, clip(out.String()))
					}
				} else if err != nil || st.ExitCode() != 7 || !strings.Contains(out.String(), "about to end with 7") {
					t.Errorf("said to boot (%s), but: %v, %v, output:\n%s", m.Note, st, err, clip(out.String()))
				}
			})
		}
	}
}

func runFirecracker(ctx context.Context, t *testing.T, img *uk.Image, opt uk.RunOptions) (kvmboot.Status, error) {
	text, err := img.Print(launch.PrintFirecracker, opt)
	if err != nil {
		return kvmboot.Status{}, err
	}
	file := filepath.Join(t.TempDir(), "vm.json")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return kvmboot.Status{}, err
	}
	return launch.RunFirecracker(ctx, file, opt)
}
