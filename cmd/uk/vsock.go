package main

import (
	"fmt"
	"strconv"
	"strings"

	"uk.example/kvmboot"
)

// vsockFlag is PATH[,cid=N]. A comma in the path is fine unless cid= follows it.
type vsockFlag struct{ v kvmboot.Vsock }

func (f *vsockFlag) String() string { return f.v.Path }
func (f *vsockFlag) Type() string   { return "PATH[,cid=N]" }
func (f *vsockFlag) Set(s string) error {
	f.v = kvmboot.Vsock{Path: s}
	if i := strings.LastIndex(s, ",cid="); i >= 0 {
		n, err := strconv.ParseUint(s[i+len(",cid="):], 10, 32)
		if err != nil || n <= 2 || n == 1<<32-1 {
			return fmt.Errorf("cid=%s: want a number from 3 to 4294967294", s[i+len(",cid="):])
		}
		f.v = kvmboot.Vsock{Path: s[:i], CID: uint32(n)}
	}
	if f.v.Path == "" {
		return fmt.Errorf("write PATH or PATH,cid=N")
	}
	return nil
}

// config is the runner's, nil when the flag was not given.
func (f *vsockFlag) config() *kvmboot.Vsock {
	if f.v.Path == "" {
		return nil
	}
	return &f.v
}
