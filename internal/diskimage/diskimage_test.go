package diskimage

import (
	"bytes"
	"context"
	"crypto/sha256"
	"debug/pe"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/diskfs/go-diskfs/backend/file"
	"github.com/diskfs/go-diskfs/partition/gpt"

	"uk.example/internal/testenv"
)

const kitLoader = "../../build/kit/x64/uefi.elf"

// random returns n bytes with a hole in the middle.
func random(seed uint64, n int) []byte {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	b := make([]byte, n)
	rand.NewChaCha8(key).Read(b)
	clear(b[n/4 : n/2])
	return b
}

// input makes the files of an image and its options.
func input(t testing.TB) (Options, []byte, []byte) {
	dir := t.TempDir()
	kernel, root := random(1, 70001), random(2, 5<<20+512)
	sum := sha256.Sum256(root)
	opt := Options{
		Loader: testenv.MustHaveFile(t, kitLoader), Kernel: filepath.Join(dir, "kernel"), Root: filepath.Join(dir, "root"),
		Cmdline: `uk.arg="/prog"`, RootSHA256: hex.EncodeToString(sum[:]),
	}
	for name, b := range map[string][]byte{opt.Kernel: kernel, opt.Root: root} {
		if err := os.WriteFile(name, b, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return opt, kernel, root
}

func make_(t *testing.T, opt Options, f Format) (string, *Result, []byte) {
	t.Helper()
	opt.Format = f
	name := filepath.Join(t.TempDir(), "disk")
	res, err := Write(context.Background(), name, opt)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if int64(len(b)) != res.FileSize {
		t.Errorf("%s: file of %d bytes, the result says %d", f, len(b), res.FileSize)
	}
	return name, res, b
}

// checkPE holds a program against debug/pe and what must be in it.
func checkPE(t *testing.T, b []byte, want map[string][]byte) {
	t.Helper()
	f, err := pe.NewFile(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	o := f.OptionalHeader.(*pe.OptionalHeader64)
	if o.Subsystem != 10 || f.Machine != pe.IMAGE_FILE_MACHINE_AMD64 || o.SectionAlignment != 4096 {
		t.Errorf("header %+v", o)
	}
	end, entry := uint32(o.SizeOfHeaders), false
	for i, s := range f.Sections {
		if s.VirtualAddress%4096 != 0 || s.VirtualAddress < end {
			t.Errorf("section %s at %#x, the one before ends at %#x", s.Name, s.VirtualAddress, end)
		}
		if s.Size > 0 && (s.Offset%o.FileAlignment != 0 || int(s.Offset+s.Size) > len(b)) {
			t.Errorf("section %s: %d bytes at %#x of the file", s.Name, s.Size, s.Offset)
		}
		if s.Characteristics&(pe.IMAGE_SCN_MEM_WRITE|pe.IMAGE_SCN_MEM_EXECUTE) == pe.IMAGE_SCN_MEM_WRITE|pe.IMAGE_SCN_MEM_EXECUTE {
			t.Errorf("section %s is writable and executable", s.Name)
		}
		end = s.VirtualAddress + s.VirtualSize
		if s.Characteristics&pe.IMAGE_SCN_MEM_EXECUTE != 0 && o.AddressOfEntryPoint >= s.VirtualAddress && o.AddressOfEntryPoint < end {
			entry = true
		}
		if data, ok := want[s.Name]; ok {
			got, err := f.Sections[i].Data()
			if err != nil || len(got) < len(data) || s.VirtualSize != uint32(len(data)) || !bytes.Equal(got[:len(data)], data) {
				t.Errorf("section %s: %d of %d bytes, %v: not what was put in", s.Name, len(got), s.VirtualSize, err)
			}
			delete(want, s.Name)
		}
	}
	if len(want) > 0 || !entry || o.SizeOfImage != (end+4095)&^4095 {
		t.Errorf("missing sections %d, entry in code %v, size of image %#x for %#x", len(want), entry, o.SizeOfImage, end)
	}
	// The checksum by its definition: words, each carry added at once.
	sum := uint32(0)
	for i := 0; i+1 < len(b); i += 2 {
		if i == 0x40+24+64 || i == 0x40+24+66 {
			continue
		}
		sum += uint32(binary.LittleEndian.Uint16(b[i:]))
		sum = sum&0xffff + sum>>16
	}
	if sum += uint32(len(b)); sum != o.CheckSum {
		t.Errorf("checksum %#x, want %#x", o.CheckSum, sum)
	}
}

func TestProgram(t *testing.T) {
	opt, kernel, root := input(t)
	name, res, b := make_(t, opt, EFI)
	checkPE(t, b, map[string][]byte{".kernel": kernel, ".root": root, ".cmdline": []byte(res.Cmdline), ".sbat": []byte(sbat)})
	if objdump, err := exec.LookPath("objdump"); err == nil {
		out := testenv.Run(t, objdump, "-ph", name)
		for _, want := range []string{"pei-x86-64", "EFI application", ".kernel"} {
			if !strings.Contains(out, want) {
				t.Errorf("objdump -ph lacks %q:\n%s", want, out)
			}
		}
	}
}

// keyPair makes a key and a certificate as openssl does.
func keyPair(t *testing.T, kind ...string) (key, crt string) {
	t.Helper()
	dir := t.TempDir()
	key, crt = filepath.Join(dir, "key"), filepath.Join(dir, "crt")
	args := append([]string{"req", "-new", "-x509", "-nodes", "-subj", "/O=test/CN=signer", "-keyout", key, "-out", crt, "-newkey"}, kind...)
	testenv.Run(t, testenv.MustHave(t, "openssl"), args...)
	return key, crt
}

// TestSign holds signatures against those of the tool that vendors use.
func TestSign(t *testing.T) {
	sign, verify := testenv.MustHave(t, "sbsign"), testenv.MustHave(t, "sbverify")
	key, crt := keyPair(t, "rsa:2048")
	_, other := keyPair(t, "rsa:2048")
	opt, _, _ := input(t)
	valid := func(crt, name string) bool { return exec.Command(verify, "--cert", crt, name).Run() == nil }

	// A program that others sign.
	plain, _, _ := make_(t, opt, EFI)
	signed := filepath.Join(t.TempDir(), "signed")
	testenv.Run(t, sign, "--key", key, "--cert", crt, "--output", signed, plain)
	if !valid(crt, signed) || valid(other, signed) {
		t.Error("sbsign's signature is not valid, or too much is")
	}
	if valid(crt, plain) {
		t.Error("a program that nobody signed counts as signed")
	}

	// One that is signed here, and what is changed in it.
	var err error
	if opt.Signer, err = LoadSigner(key, crt); err != nil {
		t.Fatal(err)
	}
	name, res, b := make_(t, opt, EFI)
	if !res.Signed || !valid(crt, name) || valid(other, name) {
		t.Errorf("our signature is not valid, or too much is: %+v", res)
	}
	checkPE(t, b, map[string][]byte{".cmdline": []byte(res.Cmdline)})
	if _, _, again := make_(t, opt, EFI); !bytes.Equal(again, b) {
		t.Error("a second signature differs")
	}
	for i, at := range []int{0x98, 0x400, 0x2001, int(res.Program) / 2, bytes.Index(b, []byte("uk.arg"))} {
		bad := bytes.Clone(b)
		bad[at] ^= 1
		file := filepath.Join(t.TempDir(), "bad")
		if err := os.WriteFile(file, bad, 0o666); err != nil {
			t.Fatal(err)
		}
		if valid(crt, file) != (i == 0) { // the checksum is not signed
			t.Errorf("byte %#x changed: valid %v", at, i != 0)
		}
	}
	if raw, _, _ := make_(t, opt, Raw); raw == "" {
		t.Error("no signed disk")
	}
}

func TestSignErrors(t *testing.T) {
	key, crt := keyPair(t, "rsa:2048")
	_, other := keyPair(t, "rsa:2048")
	ecKey, ecCrt := keyPair(t, "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
	locked := filepath.Join(t.TempDir(), "locked")
	testenv.Run(t, testenv.MustHave(t, "openssl"), "pkcs8", "-topk8", "-in", key, "-passout", "pass:secret", "-out", locked)
	small, smallCrt := keyPair(t, "rsa:512")
	plainEC := filepath.Join(t.TempDir(), "ec")
	testenv.Run(t, "openssl", "ec", "-in", ecKey, "-out", plainEC)
	for _, tt := range []struct{ key, crt, want string }{
		{small, smallCrt, "has 512 bits"},
		{plainEC, ecCrt, "is no RSA key"},
		{"/dev/zero", crt, "larger than"},
		{key, other, "do not belong together"},
		{ecKey, ecCrt, "is no RSA key"},
		{locked, crt, "is encrypted"},
		{crt, crt, "holds no private key"},
		{key, key, "holds no certificate"},
		{key + "x", crt, "no such file"},
	} {
		if _, err := LoadSigner(tt.key, tt.crt); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s, %s: %v, want %q", filepath.Base(tt.key), filepath.Base(tt.crt), err, tt.want)
		}
	}
}

// TestDeterministic: the same input gives the same bytes, another input other
// GUIDs.
func TestDeterministic(t *testing.T) {
	opt, _, _ := input(t)
	for _, f := range Formats {
		for _, embed := range []bool{false, true} {
			opt.Embed = embed
			_, r1, one := make_(t, opt, f)
			_, _, two := make_(t, opt, f)
			if !bytes.Equal(one, two) {
				t.Errorf("%s: two images of the same input differ", f)
			}
			other := opt
			other.Cmdline += " more"
			if _, r2, _ := make_(t, other, f); f == Raw && r1.DiskGUID == r2.DiskGUID {
				t.Error("disks of different contents have the same GUID")
			}
		}
	}
}

func TestRaw(t *testing.T) {
	opt, kernel, root := input(t)
	name, res, b := make_(t, opt, Raw)
	if !strings.HasSuffix(res.Cmdline, fmt.Sprintf(" uk.rootlba=%d+%d", res.RootStart, res.RootSize)) {
		t.Errorf("command line %s", res.Cmdline)
	}
	if !bytes.Equal(b[res.RootStart*512:][:len(root)], root) {
		t.Error("the root file system is not where the result says")
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	table, err := gpt.Read(file.New(f, true), 512, 512)
	if err != nil {
		t.Fatal(err)
	}
	if err := table.Verify(file.New(f, true), uint64(len(b))); err != nil || len(table.Partitions) != 2 || table.GUID != res.DiskGUID {
		t.Errorf("partition table: %v, %d partitions, %s", err, len(table.Partitions), table.GUID)
	}
	if p := table.Partitions[0]; p.Type != RootType || int64(p.Start) != res.RootStart || int64(p.End-p.Start+1) != res.RootSize {
		t.Errorf("root partition %+v", p)
	}
	esp := int64(table.Partitions[1].Start) * 512
	if table.Partitions[1].Type != gpt.EFISystemPartition {
		t.Errorf("second partition %+v", table.Partitions[1])
	}
	if out := testenv.Run(t, testenv.MustHave(t, "/sbin/sgdisk"), "-v", name); !strings.Contains(out, "No problems found") {
		t.Errorf("sgdisk: %s", out)
	}
	checkFAT(t, name, esp, int64(table.Partitions[1].Size), map[string][]byte{".kernel": kernel, ".cmdline": []byte(res.Cmdline)})
	var st, _ = f.Stat()
	if used := diskUsage(t, name); used > 7<<20 {
		t.Errorf("the file takes %d bytes of a disk, though most of its %d are zero", used, st.Size())
	}
}

// checkFAT has the reference tools look at a file system at an offset.
func checkFAT(t *testing.T, name string, at, size int64, want map[string][]byte) {
	t.Helper()
	dir := t.TempDir()
	fs := filepath.Join(dir, "fs")
	in, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.Create(fs)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(out, io.NewSectionReader(in, at, size)); err != nil {
		t.Fatal(err)
	}
	out.Close()
	testenv.Run(t, testenv.MustHave(t, "/sbin/fsck.fat"), "-n", fs)
	prog := filepath.Join(dir, "prog")
	testenv.Run(t, testenv.MustHave(t, "mcopy"), "-i", fmt.Sprintf("%s@@%d", name, at), "::"+BootPath, prog)
	b, err := os.ReadFile(prog)
	if err != nil {
		t.Fatal(err)
	}
	checkPE(t, b, want)
}

func TestQCOW2(t *testing.T) {
	img := testenv.MustHave(t, "qemu-img")
	opt, _, _ := input(t)
	raw, _, _ := make_(t, opt, Raw)
	name, res, _ := make_(t, opt, QCOW2)
	testenv.Run(t, img, "check", "-f", "qcow2", name)
	testenv.Run(t, img, "compare", "-f", "qcow2", "-F", "raw", name, raw)
	if res.FileSize > 7<<20 {
		t.Errorf("the file has %d bytes", res.FileSize)
	}
}

// TestQCOW2Large: tables of the second level that are full, missing and partial.
func TestQCOW2Large(t *testing.T) {
	img := testenv.MustHave(t, "qemu-img")
	d := &disk{size: 6 << 30}
	for i, off := range []int64{0, 512<<20 - 1024, 3<<30 + 123*sector, 5<<30 + 7*cluster, 6<<30 - 512} {
		d.addBytes(off, random(uint64(i), 512+min(i, 2)*(i*100000+512)%(200<<10)/512*512*btoi(i < 4)), "piece")
	}
	if err := d.finish(); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var names []string
	for _, f := range []Format{Raw, QCOW2} {
		out, err := os.Create(filepath.Join(dir, string(f)))
		if err != nil {
			t.Fatal(err)
		}
		defer out.Close()
		if _, err := write(context.Background(), out, d, Options{Format: f}); err != nil {
			t.Fatal(err)
		}
		names = append(names, out.Name())
	}
	testenv.Run(t, img, "check", "-f", "qcow2", names[1])
	testenv.Run(t, img, "compare", "-f", "raw", "-F", "qcow2", names[0], names[1])
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestISO(t *testing.T) {
	opt, kernel, root := input(t)
	name, res, b := make_(t, opt, ISO)
	le := binary.LittleEndian
	if string(b[16*2048:][:7]) != "\x01CD001\x01" || string(b[17*2048+7:][:23]) != "EL TORITO SPECIFICATION" {
		t.Fatal("no ISO 9660 volume with an El Torito record")
	}
	catalog := b[int64(le.Uint32(b[17*2048+0x47:]))*2048:]
	var sum uint16
	for i := 0; i < 32; i += 2 {
		sum += le.Uint16(catalog[i:])
	}
	if sum != 0 || catalog[1] != 0xef || catalog[32] != 0x88 || catalog[33] != 0 {
		t.Errorf("boot catalog % x", catalog[:64])
	}
	at := int64(le.Uint32(catalog[40:])) * 2048
	fat := b[at:]
	size := int64(le.Uint16(fat[19:])) * 512
	if size == 0 {
		size = int64(le.Uint32(fat[32:])) * 512
	}
	if n := int64(le.Uint16(catalog[38:])) * 512; n != size {
		t.Errorf("the boot catalog tells %d bytes of an image of %d", n, size)
	}
	checkFAT(t, name, at, size, map[string][]byte{".kernel": kernel, ".root": root, ".cmdline": []byte(res.Cmdline)})
	if xorriso, err := exec.LookPath("xorriso"); err == nil {
		out, err := exec.Command(xorriso, "-indev", name, "-report_el_torito", "plain").CombinedOutput()
		if err != nil || !strings.Contains(string(out), "UEFI") {
			t.Errorf("xorriso: %v\n%s", err, out)
		}
	}
}

// TestSizes makes file systems of all sizes where the layout changes.
func TestSizes(t *testing.T) {
	loader, err := os.ReadFile(testenv.MustHaveFile(t, kitLoader))
	if err != nil {
		t.Fatal(err)
	}
	for _, fat := range []int{16, 32} {
		for _, mb := range []int64{1, 3, 4, 15, 31, 33, 34, 127, 130, 250, 257, 258, 259, 262, 520, 1000} {
			n := mb << 20
			p, err := makePE("loader", loader, []peSection{{name: ".root", flags: peRead, n: n, r: bytes.NewReader(nil)}})
			if err != nil {
				t.Fatal(err)
			}
			d, err := makeESP(p, fat, 1)
			if err != nil {
				t.Errorf("FAT%d, %d MB: %v", fat, mb, err)
				continue
			}
			if err := d.finish(); err != nil {
				t.Errorf("FAT%d, %d MB: %v", fat, mb, err)
			}
		}
	}
}

func TestErrors(t *testing.T) {
	good, _, _ := input(t)
	dir := t.TempDir()
	junk := filepath.Join(dir, "junk")
	if err := os.WriteFile(junk, []byte("\x7fELFjunk"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		what   string
		change func(*Options)
		want   string
	}{
		{"format", func(o *Options) { o.Format = "vmdk" }, "use raw, qcow2, iso or efi"},
		{"loader missing", func(o *Options) { o.Loader = filepath.Join(dir, "none") }, "make kit"},
		{"loader broken", func(o *Options) { o.Loader = junk }, "make kit"},
		{"kernel missing", func(o *Options) { o.Kernel = filepath.Join(dir, "none") }, "no such file"},
		{"kernel folder", func(o *Options) { o.Kernel = dir }, "no regular file"},
		{"root changed", func(o *Options) { o.Root = junk }, "build the image again"},
		{"command line", func(o *Options) { o.Cmdline = strings.Repeat("x", 9<<20) }, "bytes long, more than the 8388352"},
	} {
		opt := good
		opt.Format = Raw
		tt.change(&opt)
		out := filepath.Join(t.TempDir(), "disk")
		_, err := Write(context.Background(), out, opt)
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v, want %q", tt.what, err, tt.want)
		}
		nothingIn(t, filepath.Dir(out))
	}
	if _, err := Write(context.Background(), dir, good); err == nil {
		t.Error("a folder was taken for an output file")
	}
	ctx, cancel := context.WithCancel(context.Background())
	good.Format, good.Progress = QCOW2, func(done, total int64) { cancel() }
	out := filepath.Join(t.TempDir(), "disk")
	if _, err := Write(ctx, out, good); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	nothingIn(t, filepath.Dir(out))
}

func nothingIn(t *testing.T, dir string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil || len(list) > 0 {
		t.Errorf("left behind: %v %v", list, err)
	}
}

func TestStore(t *testing.T) {
	s := newStore(1 << 20)
	if err := iotest.TestReader(io.NewSectionReader(s, 0, 10000), make([]byte, 10000)); err != nil {
		t.Error(err)
	}
	want := make([]byte, 1<<20)
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		off, b := r.IntN(1<<20), random(r.Uint64(), r.IntN(9000))
		if off+len(b) > len(want) {
			if _, err := s.WriteAt(b, int64(off)); err == nil {
				t.Error("a write past the end was taken")
			}
			continue
		}
		if _, err := s.WriteAt(b, int64(off)); err != nil {
			t.Fatal(err)
		}
		copy(want[off:], b)
	}
	got := make([]byte, 1<<20)
	if _, err := s.ReadAt(got, 0); err != nil || !bytes.Equal(got, want) {
		t.Errorf("read back: %v", err)
	}
	d := &disk{size: 1 << 20}
	s.addTo(d, 0, "store")
	if err := d.finish(); err != nil {
		t.Fatal(err)
	}
	clear(got)
	if err := d.copyTo(context.Background(), nil, func(b []byte, off int64) error { copy(got[off:], b); return nil }); err != nil || !bytes.Equal(got, want) {
		t.Errorf("as pieces: %v", err)
	}
}

// FuzzLoader: whatever stands in for the loader, the answer is an error or a
// program that debug/pe reads. (Run it with -fuzzminimizetime=1x.)
func FuzzLoader(f *testing.F) {
	if b, err := os.ReadFile(kitLoader); err == nil {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := makePE("loader", b, []peSection{{name: ".kernel", flags: peRead, n: 3, r: bytes.NewReader([]byte("abc"))}})
		if err != nil {
			return
		}
		out := make([]byte, p.size)
		if err := p.copyTo(context.Background(), nil, func(b []byte, off int64) error { copy(out[off:], b); return nil }); err != nil {
			t.Fatal(err)
		}
		if _, err := pe.NewFile(bytes.NewReader(out)); err != nil {
			t.Error(err)
		}
	})
}
