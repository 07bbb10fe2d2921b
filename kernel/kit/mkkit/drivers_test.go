package main

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"uk.example/internal/testenv"
	"uk.example/linker"
)

// A driver is its file and its kconfig: the kit knows from those what it drives and what it is for.
func TestDriverDescribesItself(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"tape.c":       "#include \"driver.h\"\nstatic int probe(struct virtio_device *d) { return d ? 0 : -1; }\nDRIVER(tape, 77, probe);\n",
		"tape.kconfig": "config TAPE\n\ttristate \"Tape\"\n\tserves device \"tape recorder\"\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	archive := filepath.Join(dir, "libkernel.a")
	testenv.Run(t, "gcc", "-c", "-fPIE", "-I../../include", "-I../../arch/x86_64", "-o", filepath.Join(dir, "tape.o"), filepath.Join(dir, "tape.c"))
	testenv.Run(t, "ar", "rcs", archive, filepath.Join(dir, "tape.o"))
	symbols := map[string]int64{}
	if err := archiveSymbols(archive, symbols); err != nil {
		t.Fatal(err)
	}
	got, err := readDrivers(dir, archive, symbols)
	if err != nil {
		t.Fatal(err)
	}
	kconfig := filepath.Join(dir, "tape.kconfig")
	want := []linker.Driver{{Name: "tape", Config: "TAPE", Prompt: "Tape", Root: "drv_tape", Type: linker.TypeTristate, Depends: []string{}, Selects: []string{},
		Device: "virtio:77", Serves: []linker.Service{{Kind: "device", Name: "tape recorder"}}, Where: kconfig + ":1"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nwant %+v", got, want)
	}
	if err := os.WriteFile(kconfig, []byte("config TAPE\n\tbool\n\tserves tea\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := readDrivers(dir, archive, symbols); err == nil || !strings.Contains(err.Error(), "config TAPE serves tea, which nothing asks for") {
		t.Errorf("a kind that nobody knows: %v", err)
	}
}
