package export

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"uk.example/kvmboot"
	"uk.example/kvmboot/firecracker"
	"uk.example/kvmboot/virtio"
)

func TestPortableQuote(t *testing.T) {
	for in, want := range map[string]string{
		`a b`: `"a b"`, `"`: `"\x22"`, `\`: `"\\"`, "ä\n": `"\xc3\xa4\x0a"`, "": `""`, " -- ": `" -- "`,
	} {
		if got := portableQuote(in); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

func TestPrintedForOthers(t *testing.T) {
	cfg := kvmboot.Config{Kernel: "k.elf", Root: "/r.rofs", Args: []string{"/a", `say "ä"`}, Env: []string{"E=1"}, CPUs: 2, Memory: 5<<20 + 1, SerialConsole: true}
	text, err := FirecrackerConfig(cfg)
	if err != nil {
		t.Fatal(err)
	}
	c, err := firecracker.Parse("f", text)
	if err != nil {
		t.Fatal(err)
	}
	if !filepath.IsAbs(c.Kernel) || c.BootArgs != `uk.cpus=2 uk.arg="/a" uk.arg="say \x22\xc3\xa4\x22" uk.env="E=1"` || c.CPUs != 2 || c.MemoryMiB != 6 ||
		len(c.Drives) != 1 || c.Drives[0] != (firecracker.Drive{ID: "root", Path: "/r.rofs", Root: true, ReadOnly: true}) || !c.Entropy || c.Initrd != "" {
		t.Errorf("%s", text)
	}
	cfg.RootAsModule = true
	if text, err = FirecrackerConfig(cfg); err != nil || !bytes.Contains(text, []byte(`"initrd_path": "/r.rofs"`)) {
		t.Errorf("%v, %s", err, text)
	}
	long := cfg
	long.Env = []string{"E=" + strings.Repeat("x", 2000)}
	if _, err := FirecrackerConfig(long); err == nil || !strings.Contains(err.Error(), "shorter") {
		t.Errorf("%v", err)
	}
	many := cfg
	many.CPUs = 40
	if _, err := FirecrackerConfig(many); err == nil {
		t.Error("40 processors were accepted")
	}
	argv, err := CloudHypervisor(cfg)
	if err != nil {
		t.Fatal(err)
	}
	wd, _ := os.Getwd()
	want := []string{"cloud-hypervisor", "--kernel", wd + "/k.elf", "--cmdline", c.BootArgs, "--cpus", "boot=2", "--memory", "size=6M",
		"--initramfs", "/r.rofs", "--serial", "tty", "--console", "off"}
	if !slices.Equal(argv, want) {
		t.Errorf("got  %q\nwant %q", argv, want)
	}
	cfg.RootAsModule, cfg.SerialConsole, cfg.Root = false, false, "/a,b"
	if _, err := CloudHypervisor(cfg); err == nil {
		t.Error("a path with a comma was accepted")
	}
	cfg.Root = "/r.rofs"
	cfg.Drives, cfg.Balloon, cfg.Vsock = []kvmboot.Drive{{Path: "/d"}, {Path: "/e", ReadOnly: true}}, &kvmboot.Balloon{Size: 3 << 20}, &kvmboot.Vsock{Path: "/s"}
	if text, err = FirecrackerConfig(cfg); err != nil {
		t.Fatal(err)
	}
	if c, err = firecracker.Parse("f", text); err != nil || len(c.Drives) != 3 || c.Drives[1].ReadOnly || c.Drives[2] != (firecracker.Drive{ID: virtio.DriveName(1), Path: "/e", ReadOnly: true}) ||
		*c.Balloon != (firecracker.Balloon{MiB: 3, DeflateOnOOM: true}) || *c.Vsock != (firecracker.Vsock{CID: virtio.DefaultVsockCID, Path: "/s"}) {
		t.Errorf("%v, %s", err, text)
	}
	if argv, err = CloudHypervisor(cfg); err != nil || !slices.Contains(argv, "path=/d,image_type=raw") || !slices.Contains(argv, "size=3M,deflate_on_oom=on") || !slices.Contains(argv, "cid=3,socket=/s") {
		t.Errorf("%q, %v", argv, err)
	}
	if argv, err = CloudHypervisor(cfg); err != nil || !slices.Contains(argv, "path=/r.rofs,readonly=on,image_type=raw") {
		t.Errorf("%q, %v", argv, err)
	}
}
