// Command kvmrun boots a kernel for developers: serial and console go to standard
// output, the status to standard error. It goes away when cmd/uk can do this.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"uk/kvmboot"
)

type words []string

func (w *words) String() string     { return strings.Join(*w, " ") }
func (w *words) Set(s string) error { *w = append(*w, s); return nil }

func size(s string) (int64, error) {
	shift := 0
	if i := strings.IndexAny("KMG", s[max(0, len(s)-1):]); len(s) > 1 && i >= 0 {
		shift, s = 10*(i+1), s[:len(s)-1]
	}
	n, err := strconv.ParseInt(s, 0, 40)
	return n << shift, err
}

func main() {
	var cfg kvmboot.Config
	var args, env words
	flag.StringVar(&cfg.Root, "root", "", "root image")
	flag.Var(&args, "arg", "program argument (repeat)")
	flag.Var(&env, "env", "K=V (repeat)")
	flag.StringVar(&cfg.Cwd, "cwd", "", "working folder")
	flag.StringVar(&cfg.Cmdline, "cmdline", "", "more command line words")
	mem := flag.String("mem", "64M", "memory")
	flag.IntVar(&cfg.CPUs, "cpus", 1, "processors")
	flag.BoolVar(&cfg.RootAsModule, "module", false, "root as PVH module")
	flag.BoolVar(&cfg.NoVirtio, "novirtio", false, "no virtio devices (profile base)")
	flag.BoolVar(&cfg.Verbose, "v", false, "verbose")
	flag.BoolVar(&cfg.SmallPages, "smallpages", false, "no huge pages")
	flag.BoolVar(&cfg.Stats, "stats", false, "print resident guest memory")
	qemu := flag.String("qemu", "", "use QEMU with this accelerator: tcg or kvm")
	print := flag.Bool("print", false, "print the QEMU command and end")
	timeout := flag.Duration("timeout", 0, "end after this time")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: kvmrun [flags] kernel.elf")
		os.Exit(2)
	}
	var err error
	if cfg.Memory, err = size(*mem); err != nil {
		fmt.Fprintln(os.Stderr, "kvmrun: -mem:", err)
		os.Exit(2)
	}
	cfg.Kernel, cfg.Args, cfg.Env = flag.Arg(0), args, env
	cfg.Stdin, cfg.Stdout, cfg.Stderr = os.Stdin, os.Stdout, os.Stdout
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if *timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, *timeout)
		defer cancel()
	}
	var st kvmboot.Status
	switch {
	case *print:
		argv, err := kvmboot.QEMUCommand(cfg, *qemu, "")
		if err != nil {
			fmt.Fprintln(os.Stderr, "kvmrun:", err)
			os.Exit(1)
		}
		for _, a := range argv {
			fmt.Printf("%q ", a)
		}
		fmt.Println()
		return
	case *qemu != "":
		st, err = kvmboot.RunQEMU(ctx, cfg, *qemu)
	default:
		st, err = kvmboot.Run(ctx, cfg)
	}
	fmt.Fprintf(os.Stderr, "[kvmrun: %v, setup %v, total %v, exits %d, resident %d KB]\n", st, st.Setup.Round(time.Microsecond), st.Total.Round(time.Microsecond), st.Exits, st.Resident>>10)
	if err != nil {
		fmt.Fprintln(os.Stderr, "kvmrun:", err)
		var me *kvmboot.MachineError
		if errors.As(err, &me) && me.Regs != "" {
			fmt.Fprintln(os.Stderr, me.Regs)
		}
	}
	os.Exit(st.ExitCode())
}
