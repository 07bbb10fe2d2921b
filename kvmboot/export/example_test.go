package export_test

import (
	"fmt"
	"log"

	"uk.example/kvmboot"
	"uk.example/kvmboot/export"
)

// The configuration with which Firecracker boots an image, and the command for Cloud Hypervisor.
func Example() {
	cfg := kvmboot.Config{Kernel: "/images/server/kernel.elf", Root: "/images/server/root.rofs", Args: []string{"/server"}, Memory: 64 << 20, CPUs: 1}
	text, err := export.FirecrackerConfig(cfg)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s", text)
	command, err := export.CloudHypervisor(cfg)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(command[0])
	// Output:
	// {
	//   "boot-source": {
	//     "kernel_image_path": "/images/server/kernel.elf",
	//     "boot_args": "uk.arg=\"/server\""
	//   },
	//   "drives": [
	//     {
	//       "drive_id": "root",
	//       "path_on_host": "/images/server/root.rofs",
	//       "is_root_device": true,
	//       "is_read_only": true
	//     }
	//   ],
	//   "machine-config": {
	//     "vcpu_count": 1,
	//     "mem_size_mib": 64
	//   },
	//   "entropy": {}
	// }
	// cloud-hypervisor
}
