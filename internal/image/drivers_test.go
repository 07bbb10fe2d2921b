package image

import (
	"testing"

	"uk.example/linker"
)

// An image is input: what it says that drivers serve is printed, and read as words of messages.
func TestServicesAreChecked(t *testing.T) {
	for _, s := range []Service{
		{"virtio_blk", linker.Service{Kind: "disk"}},
		{"virtio_net", linker.Service{Kind: "device", Name: "network card, the built-in runner's"}},
	} {
		if err := s.check(); err != nil {
			t.Errorf("%v: %v", s, err)
		}
	}
	for _, s := range []Service{
		{"", linker.Service{Kind: "disk"}},
		{"virtio_blk", linker.Service{}},
		{"virtio blk", linker.Service{Kind: "disk"}},
		{"virtio_blk", linker.Service{Kind: "disk\n"}},
		{"virtio_blk", linker.Service{Kind: "device", Name: "\x1b[1m"}},
	} {
		if err := s.check(); err == nil {
			t.Errorf("%q is a service", s)
		}
	}
}

func TestTransportsOfModules(t *testing.T) {
	services := []Service{
		{"virtio_mmio", linker.Service{Kind: "transport", Name: "mmio"}}, {"virtio_pci", linker.Service{Kind: "transport", Name: "pci"}},
		{"virtio_blk", linker.Service{Kind: "disk"}},
	}
	for _, tt := range []struct {
		drivers, modules []string
		mmio, pci        bool
	}{
		{nil, nil, false, false},
		{[]string{"virtio_mmio", "virtio_blk"}, nil, true, false},
		{nil, []string{"virtio_mmio", "virtio_blk"}, true, false}, // the root is in memory, where they are
		{[]string{"virtio_pci", "virtio_blk"}, []string{"virtio_mmio"}, false, true},
	} {
		im := &Bundle{Info: Info{Services: services, Drivers: tt.drivers, Modules: tt.modules}}
		if mmio, pci := im.Transports(); mmio != tt.mmio || pci != tt.pci {
			t.Errorf("%v, modules %v: %v %v", tt.drivers, tt.modules, mmio, pci)
		}
	}
}
