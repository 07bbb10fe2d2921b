// The garbage collector, growing stacks, finalizers, large objects.
package main

//lint:file-ignore U1000 pad makes a structure large

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

type node struct {
	left, right *node
	pad         [40]byte
}

func build(d int) *node {
	if d == 0 {
		return &node{}
	}
	return &node{left: build(d - 1), right: build(d - 1)}
}

func (n *node) count() int {
	if n == nil {
		return 0
	}
	return 1 + n.left.count() + n.right.count()
}

func deep(n int) int {
	var pad [128]byte
	pad[n%128] = byte(n)
	if n == 0 {
		return int(pad[0])
	}
	return deep(n-1) + int(pad[n%128])&1
}

func main() {
	long := build(14)
	sum := 0
	for range 40 {
		sum += build(12).count()
	}
	fmt.Println(sum, long.count())
	fmt.Println("deep", deep(200000))
	done := make(chan bool, 1)
	func() {
		x := &[1 << 16]byte{1}
		runtime.SetFinalizer(x, func(*[1 << 16]byte) { done <- true })
	}()
	for finalized := false; !finalized; {
		runtime.GC()
		select {
		case finalized = <-done:
		default:
			runtime.Gosched()
		}
	}
	fmt.Println("finalized")
	big := make([]byte, 100<<20)
	for i := 0; i < len(big); i += 4096 {
		big[i] = 1
	}
	fmt.Println(len(big), big[4096*100])
	big = nil
	debug.FreeOSMemory()
	fmt.Println(len(strings.Repeat("x", 10<<20)))
}
