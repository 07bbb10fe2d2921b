package kvmboot

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"uk/kvmboot/boot"
	"uk/kvmboot/stdio"
	"uk/kvmboot/virtio"
)

// What the configuration reader takes: what it makes of it, or its complaint.
func TestParseFirecracker(t *testing.T) {
	const boot = `"boot-source":{"kernel_image_path":"k","boot_args":"a=b"}`
	for _, c := range []struct{ name, text, want string }{
		{"least", `{` + boot + `,"drives":[]}`, "k|a=b|1|128"},
		{"default arguments", `{"boot-source":{"kernel_image_path":"k"},"drives":[]}`, "k|" + fcDefaultBootArgs + "|1|128"},
		{"nulls", `{` + boot + `,"drives":[],"balloon":null,"vsock":null,"logger":null,"network-interfaces":[],"pmem":[],"mmds-config":null}`, "k|a=b|1|128"},
		{"machine", `{` + boot + `,"drives":[],"machine-config":{"vcpu_count":2,"mem_size_mib":1024,"smt":false,"track_dirty_pages":false,"huge_pages":"None"}}`, "k|a=b|2|1024"},
		{"root first", `{` + boot + `,"drives":[{"drive_id":"x","path_on_host":"/x","is_root_device":false},{"drive_id":"r","path_on_host":"/r","is_root_device":true,"is_read_only":true,"cache_type":"Writeback"}]}`,
			"k|a=b|1|128|r /r true true true|x /x false false false"},
		{"devices", `{` + boot + `,"drives":[],"vsock":{"guest_cid":3,"uds_path":"/s"},"balloon":{"amount_mib":5,"deflate_on_oom":true},"entropy":{}}`,
			"k|a=b|1|128|vsock 3 /s|balloon 5 true|entropy"},
		{"notes", `{` + boot + `,"drives":[],"logger":{"log_path":"l"},"metrics":{"metrics_path":"m"},"entropy":{"rate_limiter":{}}}`,
			"k|a=b|1|128|entropy|f: logger: ignored: this runner keeps no log and no metrics|f: metrics: ignored: this runner keeps no log and no metrics|f: entropy.rate_limiter: ignored: this runner limits no rates"},

		{"empty", ``, "not JSON"},
		{"cut", "{\n" + boot + ",\n", "line 3, column 0: not JSON"},
		{"more behind", `{} {}`, "not JSON"},
		{"no object", `[]`, "top level: expected an object"},
		{"no boot source", `{"drives":[]}`, "the field boot-source is missing"},
		{"no drives", `{` + boot + `}`, "the field drives is missing"},
		{"null boot source", `{"boot-source":null,"drives":[]}`, "the field boot-source is missing"},
		{"unknown at top", `{` + boot + `,"drives":[],"boot_source":{}}`, "boot_source: unknown field; known are boot-source, drives"},
		{"unknown below", `{"boot-source":{"kernel_image_path":"k","bootargs":""},"drives":[]}`, "boot-source.bootargs: unknown field"},
		{"unknown with an end of line", `{` + boot + `,"drives":[],"a\nb":{}}`, `"a\nb": unknown field`},
		{"unknown in a list", `{` + boot + `,"drives":[{"drive_id":"a","is_root_device":false,"path":"x"}]}`, "drives[0].path: unknown field"},
		{"twice", `{` + boot + `,` + boot + `,"drives":[]}`, "boot-source: given twice"},
		{"other case", `{"boot-source":{"Kernel_image_path":"k"},"drives":[]}`, "boot-source.Kernel_image_path: unknown field"},
		{"wrong kind", `{"boot-source":{"kernel_image_path":7},"drives":[]}`, "boot-source.kernel_image_path: expected a string, not 7"},
		{"no list", `{` + boot + `,"drives":{}}`, "drives: expected an array"},
		{"no object in list", `{` + boot + `,"drives":[3]}`, "drives[0]: expected an object"},
		{"network", `{` + boot + `,"drives":[],"network-interfaces":[{"iface_id":"e","host_dev_name":"t"}]}`, "network-interfaces: network interfaces are not supported"},
		{"pmem", `{` + boot + `,"drives":[],"pmem":[{}]}`, "pmem: pmem devices are not supported"},
		{"vhost-user", `{` + boot + `,"drives":[{"drive_id":"a","is_root_device":false,"socket":"s"}]}`, "drives[0].socket: vhost-user"},
		{"no path", `{` + boot + `,"drives":[{"drive_id":"a","is_root_device":false}]}`, "drives[0]: the field path_on_host is missing"},
		{"no id", `{` + boot + `,"drives":[{"is_root_device":false,"path_on_host":"x"}]}`, "drives[0]: the field drive_id is missing"},
		{"same id", `{` + boot + `,"drives":[{"drive_id":"a","is_root_device":false,"path_on_host":"x"},{"drive_id":"a","is_root_device":false,"path_on_host":"y"}]}`, `drives[1].drive_id: "a" is another drive's`},
		{"two roots", `{` + boot + `,"drives":[{"drive_id":"a","is_root_device":true,"path_on_host":"x"},{"drive_id":"b","is_root_device":true,"path_on_host":"y"}]}`, "drives[1].is_root_device: a second root device"},
		{"no processor", `{` + boot + `,"drives":[],"machine-config":{"vcpu_count":0,"mem_size_mib":1}}`, "machine-config.vcpu_count: 0: want 1 to 32"},
		{"33 processors", `{` + boot + `,"drives":[],"machine-config":{"vcpu_count":33,"mem_size_mib":1}}`, "machine-config.vcpu_count: 33 is more than 32"},
		{"odd with smt", `{` + boot + `,"drives":[],"machine-config":{"vcpu_count":3,"mem_size_mib":1,"smt":true}}`, "1 or even"},
		{"negative memory", `{` + boot + `,"drives":[],"machine-config":{"vcpu_count":1,"mem_size_mib":-1}}`, "machine-config.mem_size_mib: expected a whole number"},
		{"much memory", `{` + boot + `,"drives":[],"machine-config":{"vcpu_count":1,"mem_size_mib":99999999999}}`, "is more than"},
		{"no memory size", `{` + boot + `,"drives":[],"machine-config":{"vcpu_count":1}}`, "machine-config: the field mem_size_mib is missing"},
		{"host's CID", `{` + boot + `,"drives":[],"vsock":{"guest_cid":2,"uds_path":"s"}}`, "vsock.guest_cid: 2: want 3 or more"},
		{"large balloon", `{` + boot + `,"drives":[],"balloon":{"amount_mib":129,"deflate_on_oom":true}}`, "more than the guest's memory"},
		{"control byte", `{"boot-source":{"kernel_image_path":"k","boot_args":"a\n"},"drives":[]}`, `boot-source.boot_args: byte 1 is 0x0a`},
		{"long arguments", `{"boot-source":{"kernel_image_path":"k","boot_args":"` + strings.Repeat("a", 2048) + `"},"drives":[]}`, "2048 bytes: Firecracker takes less than 2048"},
		{"NUL", `{"boot-source":{"kernel_image_path":"k\u0000"},"drives":[]}`, "holds a NUL byte"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := ParseFirecracker("f", []byte(c.text))
			if err != nil {
				if !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "f: ") || strings.Contains(err.Error(), "\n") {
					t.Errorf("got %q, want %q", err, c.want)
				}
				return
			}
			got := []string{f.Kernel, f.BootArgs, fmt.Sprint(f.CPUs), fmt.Sprint(f.MemoryMiB)}
			for _, d := range f.Drives {
				got = append(got, fmt.Sprint(d.ID, " ", d.Path, " ", d.Root, d.ReadOnly, d.Writeback))
			}
			if f.Vsock != nil {
				got = append(got, fmt.Sprintf("vsock %d %s", f.Vsock.CID, f.Vsock.Path))
			}
			if f.Balloon != nil {
				got = append(got, fmt.Sprintf("balloon %d %v", f.Balloon.MiB, f.Balloon.DeflateOnOOM))
			}
			if f.Entropy {
				got = append(got, "entropy")
			}
			if s := strings.Join(append(got, f.Notes...), "|"); s != c.want {
				t.Errorf("got  %s\nwant %s", s, c.want)
			}
		})
	}
}

func FuzzParseFirecracker(f *testing.F) {
	f.Add([]byte(`{"boot-source":{"kernel_image_path":"k","boot_args":"a \" -- \" b"},"drives":[{"drive_id":"a","is_root_device":true,"path_on_host":"x"}],"entropy":{}}`))
	f.Add([]byte(`{"boot-source":{},"drives":null,"machine-config":{"vcpu_count":1e3}}`))
	f.Add([]byte(`[[[[`))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := ParseFirecracker("f", data)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("more than a line: %q", err)
			}
			return
		}
		if c.CPUs < 1 || c.CPUs > fcMaxCPUs || c.MemoryMiB < 1 || c.Kernel == "" && !bytes.Contains(data, []byte("kernel_image_path")) {
			t.Errorf("accepted %+v", c)
		}
		if line, err := fcCmdline(c.BootArgs, fcWords(c)); err == nil && len(line) >= fcMaxCmdline {
			t.Errorf("a command line of %d bytes", len(line))
		}
	})
}

func TestFirecrackerCmdline(t *testing.T) {
	c := &FirecrackerConfig{
		Drives:  []FirecrackerDrive{{Root: true, ReadOnly: true}, {}},
		Balloon: &FirecrackerBalloon{}, Entropy: true,
	}
	const devices = "pci=off virtio_mmio.device=4K@0xc0001000:5 root=/dev/vda ro virtio_mmio.device=4K@0xc0002000:6 " +
		"virtio_mmio.device=4K@0xc0003000:7 virtio_mmio.device=4K@0xc0004000:8"
	for _, r := range []struct{ args, want string }{
		{"", devices},
		{" a ", "a " + devices},
		{"a -- b", "a " + devices + " -- b"},
		{`x="1 -- 2" -- b`, `x="1 -- 2" ` + devices + ` -- b`},
		{`x="1 -- 2"`, `x="1 -- 2" ` + devices},
	} {
		got, err := fcCmdline(r.args, fcWords(c))
		if err != nil || got != r.want {
			t.Errorf("%q: %v\ngot  %s\nwant %s", r.args, err, got, r.want)
		}
	}
	if _, err := fcCmdline(strings.Repeat("a", 2000), fcWords(c)); err == nil {
		t.Error("a command line that is too long with the devices was accepted")
	}
}

func TestFirecrackerTables(t *testing.T) {
	sum := func(b []byte) (s byte) {
		for _, c := range b {
			s += c
		}
		return s
	}
	le := binary.LittleEndian
	mp := boot.MPTable(3)
	if sum(mp[:16]) != 0 || sum(mp[16:]) != 0 || int(le.Uint16(mp[20:])) != len(mp)-16 || le.Uint32(mp[4:]) != boot.System+16 {
		t.Errorf("MP table: sums %d %d, length %d", sum(mp[:16]), sum(mp[16:]), len(mp))
	}
	entries := 0
	for b := mp[16+44:]; len(b) > 0; entries++ {
		if b[0] == 0 {
			b = b[20:]
		} else {
			b = b[8:]
		}
	}
	if entries != int(le.Uint16(mp[16+34:])) {
		t.Errorf("MP table: %d entries, its header says %d", entries, le.Uint16(mp[16+34:]))
	}
	tables, rsdp := boot.ACPITables(0x1000, 2)
	if sum(rsdp[:20]) != 0 || sum(rsdp) != 0 {
		t.Error("RSDP: wrong checksums")
	}
	at := func(addr uint64) []byte {
		b := tables[addr-0x1000:]
		b = b[:le.Uint32(b[4:])]
		if sum(b) != 0 {
			t.Errorf("%s: wrong checksum", b[:4])
		}
		return b
	}
	xsdt := at(le.Uint64(rsdp[24:]))
	var names []string
	for p := xsdt[36:]; len(p) > 0; p = p[8:] {
		b := at(le.Uint64(p))
		names = append(names, string(b[:4]))
		switch string(b[:4]) {
		case "FACP":
			if len(b) != 276 || string(at(le.Uint64(b[140:]))[:4]) != "DSDT" {
				t.Errorf("FADT: %d bytes", len(b))
			}
		case "APIC":
			if len(b) != 44+12+2*8 || b[44+12+8+3] != 1 {
				t.Errorf("MADT: % x", b)
			}
		}
	}
	if !slices.Equal(names, []string{"FACP", "APIC", "MCFG"}) {
		t.Errorf("tables %v", names)
	}
	if end := boot.System + len(boot.MPTable(fcMaxCPUs)); end+len(tables) > boot.RSDP {
		t.Errorf("tables end at %#x", end+len(tables))
	}
}

func TestLastWords(t *testing.T) {
	for _, c := range []struct {
		text string
		want Status
	}{
		{"", Status{Kind: KindExit}},
		{"hello\n", Status{Kind: KindExit}},
		{"hello\nuk: exit status 7\n", Status{Kind: KindExit, Code: 7}},
		{"no newline" + "uk: exit status 255\r\n", Status{Kind: KindExit, Code: 255}},
		{"uk: ended by signal 11\n", Status{Kind: KindSignal, Code: 11}},
		{"uk: kernel panic\n", Status{Kind: KindPanic, Code: 1}},
		{"uk: exit status 7\nmore\n", Status{Kind: KindExit}},
		{"uk: exit status 7", Status{Kind: KindExit}},
		{strings.Repeat("x", 1000) + "uk: exit status 3\n", Status{Kind: KindExit, Code: 3}},
	} {
		for _, piece := range []int{1, 7, 5000} {
			var l lastWords
			for b := range slices.Chunk([]byte(c.text), piece) {
				l.add(b)
			}
			if got := l.status(); got != c.want {
				t.Errorf("%q in pieces of %d: %v, want %v", c.text, piece, got, c.want)
			}
		}
	}
}

func TestSerialPort(t *testing.T) {
	var out bytes.Buffer
	stop, err := stdio.NewStop()
	if err != nil {
		t.Fatal(err)
	}
	defer stop.Close()
	raised := 0
	s := newSerial(stdio.NewOutput(&out, stop), func() { raised++ })
	write := func(reg int, b ...byte) {
		if err := s.write(reg, b); err != nil {
			t.Fatal(err)
		}
	}
	expect := func(what string, got, want any) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	write(uartTHR, 'a', 'b')
	write(uartLCR, lcrDLAB)
	write(uartTHR, 1)
	write(uartIER, 2)
	expect("divisor", s.read(uartTHR), byte(1))
	write(uartLCR, 3)
	expect("output", out.String(), "ab")
	expect("idle", s.read(uartLSR), byte(lsrIdle))
	expect("nothing pending", s.read(uartIIR), byte(iirFIFO|iirNone))

	expect("taken", s.receive([]byte("x")), 1)
	expect("no interrupt while disabled", raised, 0)
	expect("data ready", s.read(uartLSR), byte(lsrIdle|lsrReceived))
	expect("data", s.read(uartTHR), byte('x'))
	write(uartIER, ierReceived)
	expect("taken", s.receive([]byte("yz")), 2)
	s.receive([]byte("!"))
	expect("one interrupt", raised, 1)
	expect("cause", s.read(uartIIR), byte(iirFIFO|iirReceived))
	for _, b := range []byte("yz!") {
		expect("data", s.read(uartTHR), b)
	}
	expect("empty", s.read(uartLSR), byte(lsrIdle))
	expect("full", s.receive(make([]byte, 100)), serialFIFO)
	expect("interrupt", raised, 2)
	write(uartIIR, fcrClearReceived)
	expect("cleared", s.read(uartLSR), byte(lsrIdle))
	write(uartIER, ierSent)
	write(uartTHR, 'c')
	expect("interrupt for what was sent", raised, 3)
	write(uartMCR, mcrLoop|3)
	write(uartTHR, 'l')
	expect("loop", s.read(uartTHR), byte('l'))
	expect("loop's lines", s.read(uartMSR), byte(0x30))
	expect("no input in the loop", s.receive([]byte("x")), 0)
	expect("output", out.String(), "abc")
	for reg := range 8 {
		s.read(reg)
		write(reg)
	}
}

// The 64-bit boot protocol, on KVM: memory map, command line, initrd, input by
// polling, the end by a reset, the status by the last line.
func TestFirecrackerLinuxBoot(t *testing.T) {
	mustHaveKVM(t)
	dir := t.TempDir()
	initrd := filepath.Join(dir, "initrd")
	if err := os.WriteFile(initrd, []byte("from the initrd"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := &FirecrackerConfig{Kernel: guest(t, "fc64.S"), Initrd: initrd, BootArgs: "some words", CPUs: 2, MemoryMiB: 16, Entropy: true}
	var out bytes.Buffer
	s, err := RunFirecracker(timeLimit(t), c, Config{Stdin: strings.NewReader("typed\nnot read\n"), Stdout: &out})
	const want = "some words pci=off virtio_mmio.device=4K@0xc0001000:5\n" +
		"0000000000000000 000000000009fc00 0000000000000001 \n" +
		"000000000009fc00 0000000000040400 0000000000000002 \n" +
		"00000000eec00000 0000000010000000 0000000000000002 \n" +
		"0000000000100000 0000000000f00000 0000000000000001 \n" +
		"from the initrd\ntyped\nuk: exit status 5\n"
	if err != nil || s.Kind != KindExit || s.Code != 5 || out.String() != want {
		t.Errorf("%v, %v, output:\n%s", s, err, out.String())
	}
	// Around the gap for devices; the initrd would lie above what is mapped.
	c.MemoryMiB, c.Initrd = 3200, ""
	out.Reset()
	s, err = RunFirecracker(timeLimit(t), c, Config{Stdin: strings.NewReader("\n"), Stdout: &out})
	if err != nil || s.Code != 5 || !strings.Contains(out.String(), "0000000000100000 00000000bff00000 0000000000000001 \n0000000100000000 0000000008000000 0000000000000001 \n") {
		t.Errorf("3200 MiB: %v, %v, output:\n%s", s, err, out.String())
	}
}

func TestFirecrackerRefuses(t *testing.T) {
	mustHaveKVM(t)
	kernel := guest(t, "fc64.S")
	data, err := os.ReadFile(kernel)
	if err != nil {
		t.Fatal(err)
	}
	entry := filepath.Join(t.TempDir(), "entry.elf")
	write := func(at uint64) string {
		b := bytes.Clone(data)
		binary.LittleEndian.PutUint64(b[24:], at)
		if err := os.WriteFile(entry, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return entry
	}
	var ke *KernelError
	for _, at := range []uint64{0, 0xfffff, 1 << 40} {
		_, err := RunFirecracker(timeLimit(t), &FirecrackerConfig{Kernel: write(at), CPUs: 1, MemoryMiB: 16}, Config{})
		if !errors.As(err, &ke) {
			t.Errorf("entry %#x: %v", at, err)
		}
	}
	for _, c := range []*FirecrackerConfig{
		{Kernel: kernel, CPUs: 1, MemoryMiB: 1},
		{Kernel: kernel, CPUs: 1, MemoryMiB: 16, BootArgs: strings.Repeat("x", 2047), Entropy: true},
		{Kernel: kernel, CPUs: 1, MemoryMiB: 16, Initrd: "/does/not/exist"},
		{Kernel: kernel, CPUs: 1, MemoryMiB: 16, Drives: []FirecrackerDrive{{Path: "/does/not/exist"}}},
	} {
		if s, err := RunFirecracker(timeLimit(t), c, Config{}); err == nil || s.Kind != KindNone {
			t.Errorf("%+v: %v, %v", c, s, err)
		}
	}
}

// A guest that spins is ended by the context, and one that waits for input, too.
func TestFirecrackerCancel(t *testing.T) {
	mustHaveKVM(t)
	ctx, cancel := context.WithCancel(context.Background())
	c := &FirecrackerConfig{Kernel: guest(t, "fc64.S"), CPUs: 1, MemoryMiB: 16}
	done := make(chan error)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	started := make(chan bool, 1)
	go func() {
		_, err := RunFirecracker(ctx, c, Config{Stdin: r, Stdout: writerFunc(func(p []byte) {
			select {
			case started <- true:
			default:
			}
		})})
		done <- err
	}()
	<-started
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

type writerFunc func([]byte)

func (f writerFunc) Write(p []byte) (int, error) { f(p); return len(p), nil }

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
	cfg := Config{Kernel: "k.elf", Root: "/r.rofs", Args: []string{"/a", `say "ä"`}, Env: []string{"E=1"}, CPUs: 2, Memory: 5<<20 + 1, SerialConsole: true}
	text, err := FirecrackerJSON(cfg)
	if err != nil {
		t.Fatal(err)
	}
	c, err := ParseFirecracker("f", text)
	if err != nil {
		t.Fatal(err)
	}
	if !filepath.IsAbs(c.Kernel) || c.BootArgs != `uk.cpus=2 uk.arg="/a" uk.arg="say \x22\xc3\xa4\x22" uk.env="E=1"` || c.CPUs != 2 || c.MemoryMiB != 6 ||
		len(c.Drives) != 1 || c.Drives[0] != (FirecrackerDrive{ID: "root", Path: "/r.rofs", Root: true, ReadOnly: true}) || !c.Entropy || c.Initrd != "" {
		t.Errorf("%s", text)
	}
	cfg.RootAsModule = true
	if text, err = FirecrackerJSON(cfg); err != nil || !bytes.Contains(text, []byte(`"initrd_path": "/r.rofs"`)) {
		t.Errorf("%v, %s", err, text)
	}
	long := cfg
	long.Env = []string{"E=" + strings.Repeat("x", 2000)}
	if _, err := FirecrackerJSON(long); err == nil || !strings.Contains(err.Error(), "shorter") {
		t.Errorf("%v", err)
	}
	many := cfg
	many.CPUs = 40
	if _, err := FirecrackerJSON(many); err == nil {
		t.Error("40 processors were accepted")
	}
	argv, err := CloudHypervisorCommand(cfg)
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
	if _, err := CloudHypervisorCommand(cfg); err == nil {
		t.Error("a path with a comma was accepted")
	}
	cfg.Root = "/r.rofs"
	cfg.Drives, cfg.Balloon, cfg.Vsock = []Drive{{Path: "/d"}, {Path: "/e", ReadOnly: true}}, &Balloon{Size: 3 << 20}, &Vsock{Path: "/s"}
	if text, err = FirecrackerJSON(cfg); err != nil {
		t.Fatal(err)
	}
	if c, err = ParseFirecracker("f", text); err != nil || len(c.Drives) != 3 || c.Drives[1].ReadOnly || c.Drives[2] != (FirecrackerDrive{ID: virtio.DriveName(1), Path: "/e", ReadOnly: true}) ||
		*c.Balloon != (FirecrackerBalloon{MiB: 3, DeflateOnOOM: true}) || *c.Vsock != (FirecrackerVsock{virtio.DefaultVsockCID, "/s"}) {
		t.Errorf("%v, %s", err, text)
	}
	if argv, err = CloudHypervisorCommand(cfg); err != nil || !slices.Contains(argv, "path=/d,image_type=raw") || !slices.Contains(argv, "size=3M,deflate_on_oom=on") || !slices.Contains(argv, "cid=3,socket=/s") {
		t.Errorf("%q, %v", argv, err)
	}
	if argv, err = CloudHypervisorCommand(cfg); err != nil || !slices.Contains(argv, "path=/r.rofs,readonly=on,image_type=raw") {
		t.Errorf("%q, %v", argv, err)
	}
}
