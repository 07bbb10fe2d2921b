// Faults become panics that programs recover from; runtime errors keep their text.
package main

//lint:file-ignore U1000 pad makes a structure large

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
)

type big struct {
	pad [1 << 20]byte
	v   int
}

func try(name string, f func()) {
	defer func() {
		r := recover()
		var re runtime.Error
		err, _ := r.(error)
		fmt.Println(name, "->", r, errors.As(err, &re))
	}()
	f()
}

func main() {
	var p *int
	var m map[string]int
	var s []int
	var i any = "text"
	zero := 0
	try("nil", func() { *p = 1 })
	try("nil field", func() { var b *big; b.v++ })
	try("nil map", func() { m["x"] = 1 })
	try("index", func() { _ = s[5] })
	try("type", func() { _ = i.(int) })
	try("divide", func() { _ = 1 / zero })
	try("closed", func() { c := make(chan int); close(c); close(c) })
	try("custom", func() { panic(fmt.Errorf("wrapped: %w", errors.New("inner"))) })
	for n := range 1000 {
		try2(n)
	}
	debug.SetPanicOnFault(true)
	fmt.Println("still running")
}

func try2(int) {
	defer func() { _ = recover() }()
	var p *int
	*p = 2
}
