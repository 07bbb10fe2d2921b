package qemu_test

import (
	"fmt"
	"log"

	"uk.example/kvmboot"
	"uk.example/kvmboot/qemu"
)

// The command that boots an image under QEMU without KVM, for another tool to run.
func ExampleCommand() {
	command, err := qemu.Command(kvmboot.Config{Kernel: "server.uk/kernel.elf", Root: "server.uk/root.rofs", Args: []string{"/server"}}, "tcg", "")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(command)
}
