package main

import (
	"fmt"

	"github.com/spf13/pflag"

	"uk.example"
	"uk.example/internal/launch"
)

// gdbFlag is --gdb[=ADDR] of uk run.
type gdbFlag struct{ addr string }

func (f *gdbFlag) declare(fs *pflag.FlagSet) {
	fs.StringVar(&f.addr, "gdb", "", "wait for gdb to connect to HOST:PORT, or to the Unix socket at a path with a slash, before the program's first instruction (default "+launch.DefaultGDBAddr+")")
	fs.Lookup("gdb").NoOptDefVal = launch.DefaultGDBAddr
}

func (f *gdbFlag) options(fs *pflag.FlagSet, e *env) (*uk.GDBOptions, error) {
	if !fs.Changed("gdb") {
		return nil, nil
	}
	o := &uk.GDBOptions{Addr: f.addr, Waiting: func(addr string) {
		e.endProgress()
		e.note(fmt.Sprintf("waiting for gdb: gdb -ex 'target remote %s'", addr))
	}}
	if err := o.Check(); err != nil {
		return nil, usagef("run", "--gdb: %v", err)
	}
	return o, nil
}
