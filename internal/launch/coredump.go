package launch

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"uk.example/internal/badoption"
	"uk.example/internal/guestview"
	"uk.example/internal/image"
	"uk.example/kvmboot"
)

// dumping are the signals whose default action leaves a core file (signal(7)).
var dumping = []unix.Signal{unix.SIGQUIT, unix.SIGILL, unix.SIGTRAP, unix.SIGABRT, unix.SIGBUS, unix.SIGFPE, unix.SIGSEGV, unix.SIGXCPU, unix.SIGXFSZ, unix.SIGSYS}

// insideOption is the option that asks for what only the built-in runner has, "" if none does. A profile is asked for by
// no option of a command.
func (opt *Options) insideOption() (option string, asked bool) {
	switch {
	case opt.Packets != nil:
		return "Packets", true
	case opt.Core != "":
		return "Core", true
	}
	return "", opt.Profile != nil
}

// onlyBuiltin is the error of what looks into a guest, under QEMU: noKVM says why KVM cannot be used, nil: it can.
func onlyBuiltin(option string, noKVM error) error {
	fix := errors.New("choose that, not QEMU")
	if noKVM != nil {
		reason, _, _ := strings.Cut(noKVM.Error(), ";")
		fix = errors.New(reason)
	}
	err := fmt.Errorf("this looks into the guest from the built-in runner, which needs KVM: %w", fix)
	if option == "" {
		return err
	}
	return &badoption.About{Option: option, Err: err}
}

// looksInside checks that the image allows a look.
func looksInside(im *image.Bundle) error {
	if im.DebugABI != guestview.ABIVersion {
		return fmt.Errorf("%s: its kernel is of another version than this command: build it again", im.Name())
	}
	return nil
}

// leaveCore prepares cfg for a core file in opt.Core.
func leaveCore(im *image.Bundle, opt *Options, held *heldFiles, cfg *kvmboot.Config) error {
	if opt.Core == "" {
		return nil
	}
	if err := looksInside(im); err != nil {
		return err
	}
	dir, err := filepath.Abs(opt.Core)
	if err != nil {
		return err
	}
	if st, err := os.Stat(dir); err != nil {
		return &badoption.About{Option: "Core", Err: fmt.Errorf("%s: %w", opt.Core, errors.Unwrap(err))}
	} else if !st.IsDir() {
		return &badoption.About{Option: "Core", Err: fmt.Errorf("%s: is no folder", opt.Core)}
	}
	cfg.OutputFolder = dir
	source := viewSource(im, held, cfg)
	notice := opt.Notice
	if notice == nil {
		notice = func(string) {}
	}
	cfg.Inspect = append(cfg.Inspect, func(g *kvmboot.Guest) {
		<-g.Done()
		st, err := g.Status()
		signal := unix.Signal(st.Code)
		switch {
		case err == nil && st.Kind == kvmboot.KindSignal && slices.Contains(dumping, signal):
		case st.Kind == kvmboot.KindPanic:
			signal = unix.SIGABRT
		default:
			return
		}
		line, err := saveCore(g, source, dir, int(signal))
		if err != nil {
			line = fmt.Sprintf("no core file: %v", err)
		}
		notice(line)
	})
	return nil
}

// saveCore writes a core file, and beside it what a debugger needs of the kernel. It returns what to tell.
func saveCore(g *kvmboot.Guest, source guestview.Source, dir string, signal int) (string, error) {
	v, err := guestview.New(g, source)
	if err != nil {
		return "", err
	}
	name := v.CoreName(os.Getpid())
	path, err := v.Core(signal).Save(dir, name)
	if err != nil {
		return "", err
	}
	kernel, err := v.SaveKernelSymbols(dir, name+".kernel")
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("core file: gdb -ex 'core %s' -ex 'add-symbol-file %s' PROGRAM", path, kernel), nil
}
