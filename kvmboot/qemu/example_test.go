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
	fmt.Println(command[0], command[1], command[2][:7])
	fmt.Println(command[len(command)-2], command[len(command)-1])
	// Output:
	// qemu-system-x86_64 -M microvm
	// -append virtio_mmio.device=512@0xfeb00000:5 virtio_mmio.device=512@0xfeb00200:6 virtio_mmio.device=512@0xfeb00400:7 uk.arg="/server" uk.console=1:2
}
