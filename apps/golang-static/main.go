// Command main is a Go program without cgo: a static binary that makes its
// system calls itself.
package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"sort"
	"strings"
	"sync"
	"time"
)

func main() {
	fmt.Println("Hello from static Go code")
	runtime.GOMAXPROCS(4)

	ch := make(chan string)
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() { ch <- fmt.Sprintf("%x", sha256.Sum256([]byte{byte(i)}))[:8] })
	}
	go func() { wg.Wait(); close(ch) }()
	var sums []string
	for s := range ch {
		sums = append(sums, s)
	}
	sort.Strings(sums)
	fmt.Println(len(sums), sums[0], sums[99])

	m := map[string]int{}
	for i := range 200000 {
		m[fmt.Sprint(i%5000)] += i
	}
	runtime.GC()
	fmt.Println("map", len(m), m["4999"])

	start := time.Now()
	tick := time.NewTicker(5 * time.Millisecond)
	for range 4 {
		<-tick.C
	}
	tick.Stop()
	fmt.Println("ticks took long enough:", time.Since(start) >= 18*time.Millisecond)

	name := os.TempDir() + "/static-note"
	if err := os.WriteFile(name, []byte(strings.Repeat("line\n", 1000)), 0o600); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fi, err := os.Stat(name)
	fmt.Println(fi.Size(), fi.Mode(), err)
	os.Remove(name)
	_, err = os.Open(name)
	fmt.Println("gone:", errors.Is(err, fs.ErrNotExist))
}
