package kvmboot_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"uk.example/kvmboot"
)

// A kernel and a root file system run under KVM until the program ends.
func ExampleRun() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	st, err := kvmboot.Run(ctx, kvmboot.Config{
		Kernel: "server.uk/kernel.elf",
		Root:   "server.uk/root.rofs",
		Args:   []string{"/server", "--port", "80"},
		Memory: 64 << 20,
		Stdout: os.Stdout,
		Stderr: os.Stderr,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(st, "after", st.Total)
}

// What the kernel is told of the program comes on its command line.
func ExampleCommandLine() {
	line, err := kvmboot.CommandLine(kvmboot.Config{Args: []string{"/server", "two words"}, Cwd: "/data", CPUs: 2})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(line)
	// Output:
	// uk.cpus=2 uk.cwd="/data" uk.arg="/server" uk.arg="two words"
}
