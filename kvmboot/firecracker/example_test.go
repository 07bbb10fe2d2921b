package firecracker_test

import (
	"fmt"
	"log"

	"uk.example/kvmboot/firecracker"
)

// A configuration file becomes what the machine is made of, and the words of the kernel's command line.
func ExampleParse() {
	c, err := firecracker.Parse("vm.json", []byte(`{
	"boot-source": {"kernel_image_path": "kernel.elf", "boot_args": "console=ttyS0"},
	"drives": [{"drive_id": "root", "path_on_host": "root.rofs", "is_root_device": true, "is_read_only": true}],
	"machine-config": {"vcpu_count": 2, "mem_size_mib": 128}
}`))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(c.Kernel, c.CPUs, "processors,", c.MemoryMiB, "MiB")
	line, err := firecracker.Cmdline(c.BootArgs, firecracker.Words(c))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(line)
	// Output:
	// kernel.elf 2 processors, 128 MiB
	// console=ttyS0 pci=off root=/dev/vda ro virtio_mmio.device=4K@0xc0001000:5
}
