package driverstest

import (
	"path/filepath"
	"strings"
	"testing"

	"uk.example/internal/testenv"
)

// build compiles the drivers with the host's part around them.
func build(t *testing.T) string {
	t.Helper()
	testenv.Sources(t, "host/*", "../*.[ch]", "../../include/*.h")
	o := testenv.NewObjects(t, "-g", "-O1", "-fsanitize=undefined", "-fno-sanitize=alignment", "-fno-sanitize-recover=undefined",
		"-fPIE", "-std=gnu11", "-fno-strict-aliasing", "-Wall")
	kernel := []string{"-ffreestanding", "-I../../include", "-Ihost", "-Wno-missing-field-initializers"}
	for _, name := range []string{"acpi.c", "acpi_madt.c", "acpi_power.c", "pci.c", "pci_msix.c", "virtio_pci.c"} {
		o.Compile(filepath.Join("..", name), kernel...)
	}
	for _, name := range []string{"kernel.c", "acpi_test.c", "pci_test.c"} {
		o.Compile(filepath.Join("host", name), kernel...)
	}
	o.Compile("host/system.c")
	return o.Link("-fsanitize=undefined")
}

// TestHost runs every part of the program; each prints SUCCESS at its end.
func TestHost(t *testing.T) {
	prog := build(t)
	for _, part := range []struct{ name, rounds string }{{"acpi", ""}, {"acpi-damaged", "3000"}, {"pci", ""}, {"pci-damaged", "500"}} {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel()
			if out := testenv.Run(t, prog, part.name, part.rounds); !strings.HasSuffix(string(out), "SUCCESS\n") {
				t.Errorf("%s", out)
			}
		})
	}
}
