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
