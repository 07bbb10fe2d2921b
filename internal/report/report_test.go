package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"uk.example/kvmboot"
)

var update = flag.Bool("u", false, "rewrite the expected output")

// hostile is a name as only somebody who means harm gives a file.
const hostile = "/</script><script>alert(1)</script><img src=x onerror=alert(2)>\x1b[31m\u202e\"'`${x}{{.}}&amp;"

func sample(path string, grow int64) *Report {
	tsc := 2000.0
	r := &Report{Format: Format, Path: path,
		Image: Image{ID: "00", KernelSHA256: "abc", Fingerprint: "0123456789abcdef", Profile: "virtio-mmio", Drivers: []string{"virtio_blk"}, Command: []string{"/hello", "a b"}},
		Sizes: Sizes{KernelFile: 1000 + grow, KernelMemory: 3000 + grow, KernelPages: 8192,
			FileParts: []FilePart{{"ELF header", 64}, {".text", 900 + grow}, {"alignment", 36}},
			GNU:       GNUSize{Text: 900 + grow, Data: 100, BSS: 2000, Total: 3000 + grow},
			Segments:  []Segment{{"r-x", "1000", 900, 900}},
			Sections:  []SectionSum{{".text", "1000", 900 + grow, 10, "r-x", false}, {".data", "2000", 100, 0, "rw-", false}, {".bss", "3000", 2000, 0, "rw-", true}},
			Causes:    []CauseSum{{"entry", 2000}, {"symbol", 990 + grow}, {"padding", 10}},
			Drivers:   []DriverSum{{"virtio_blk", "virtio-mmio.conf:4", 300, 500}},
			Symbols:   []CauseCost{{Name: "printf", Alone: 700 + grow}, {Name: "puts", Alone: 90}},
		},
		Surface: Surface{Exported: 2, Offered: 3000, Symbols: []string{"printf", "puts"}, Unused: []string{"puts"}, Direct: []string{"read", "write"}, Raw: []string{"write"},
			Refused: []string{"sync"}, Calls: 2, AllCalls: 374, Parsers: []Parser{{"virtio", "rings and registers of devices", 3, 400}},
			Writable: 2100, Exec: 900, ReadOnly: 0, Libraries: []File{{Path: hostile, Bytes: 5, Kind: "library", AtStart: true, Kernel: 7}}, LibBytes: 5},
		Files: &Files{Size: 4096, Data: 105, Stored: 100, Count: 2, List: []File{{Path: "/hello", Bytes: 100, Kind: "program"}, {Path: hostile, Bytes: 5, Kind: "library"}}},
		Notes: []string{"a note"},
		Kernel: []Subtree{
			{Name: "libc/stdio", Bytes: 990 + grow, Why: "symbol printf: imported by /hello", Parts: []Subtree{{Name: "libc.a(stdio-printf.o)", Bytes: 990 + grow, Parts: []Subtree{{Name: "printf", Bytes: 990 + grow}}}}},
			{Name: "kernel/boot", Bytes: 2000, Parts: []Subtree{{Name: "libkernel.a(boot-main.o)", Bytes: 2000}}},
			{Name: "padding", Bytes: 10}},
		Runtime: &Runtime{Runs: 5, Status: "exit 0", TSCKHz: 1000000, Missed: []string{"linked"},
			Timeline: []Moment{{"exec", "the runner's program is started", 0, 0, 0, nil}, {"main", "main() is called", 1500 + float64(grow), 1400, 1600, &tsc}},
			Guest:    GuestUse{Memory: 1 << 24, Huge: 4 << 20, Boot: &kvmboot.MemoryUse{Touched: 270336 + grow, Tables: 65536, Mapped: []kvmboot.Rights{{Rights: "r-x", Bytes: 4096}}, ExecWritable: 4096}},
			Runner:   RunnerUse{Boot: &Process{RSS: 30, PSS: 20, Private: 10, Shared: 20, Anon: 5, Tables: 4}, Two: &Process{PSS: 35}, Further: 15}},
	}
	if grow > 0 {
		r.Surface.Symbols = append(r.Surface.Symbols, "qsort")
		r.Image.Drivers = append(r.Image.Drivers, "virtio_rng")
	}
	return r
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; -u rewrites it. Got:\n%s", file, got)
	}
}

func TestText(t *testing.T) {
	var b bytes.Buffer
	if err := sample("a.uk", 0).Text(&b, false); err != nil {
		t.Fatal(err)
	}
	golden(t, "report.txt", b.Bytes())
	if strings.ContainsAny(b.String(), "\x1b\u202e") {
		t.Error("a name reaches the terminal with control characters")
	}
	b.Reset()
	if err := Compare(sample("a.uk", 0), sample("b.uk", 64)).Text(&b, false); err != nil {
		t.Fatal(err)
	}
	golden(t, "compare.txt", b.Bytes())
}

func TestCompareEqual(t *testing.T) {
	d := Compare(sample("a.uk", 0), sample("a.uk", 0))
	if len(d.Parts)+len(d.Members)+len(d.Lists) != 0 {
		t.Errorf("a report differs from itself: %+v", d)
	}
	for _, f := range d.Figures {
		if f.A != f.B {
			t.Errorf("%s: %v and %v", f.Name, f.A, f.B)
		}
	}
}

// A page holds names that anybody may have chosen, and must do nothing with them
// but show them; nor may it load anything.
func TestHTML(t *testing.T) {
	a, b := sample("a.uk", 0), sample(hostile, 64)
	a.Kernel[0].Parts[0].Name = hostile
	a.Image.Command = []string{hostile}
	a.Surface.Symbols[0] = hostile
	a.Sizes.Drivers[0].Why = hostile
	for _, reports := range [][]*Report{{a}, {b}, {a, b}} {
		var diff *Diff
		if len(reports) == 2 {
			diff = Compare(a, b)
		}
		var out bytes.Buffer
		if err := HTML(&out, reports, diff); err != nil {
			t.Fatal(err)
		}
		page := out.String()
		if strings.Contains(page, "<script>alert") || strings.Contains(page, "<img") {
			t.Error("a name became markup")
		}
		if n := strings.Count(page, "</script>"); n != 2 {
			t.Errorf("%d script elements end, want 2", n)
		}
		if strings.Contains(page, "ZgotmplZ") {
			t.Error("the template refused a value")
		}
		// The name space of SVG is no address to load from.
		for _, m := range regexp.MustCompile(`(?i)https?://[^"'\s]+|\b(?:src|href)\s*=|@import|url\(`).FindAllString(pageHTML+pageCSS+pageJS, -1) {
			if m != "http://www.w3.org/2000/svg" {
				t.Errorf("the page refers to %s", m)
			}
		}
		_, rest, _ := strings.Cut(page, `id="data">`)
		data, _, _ := strings.Cut(rest, "</script>")
		var back []*Report
		if err := json.Unmarshal([]byte(data), &back); err != nil {
			t.Fatal(err)
		}
		if len(back) != len(reports) || back[0].Files.List[1].Path != hostile {
			t.Errorf("the data lost a name: %q", back[0].Files.List[1].Path)
		}
	}
}

// A phone shows a wide table as a card a row, for which its cells must know the names of their columns (page.js takes them
// from the first row), and paper shows all of the page.
func TestHTMLNarrowAndPrinted(t *testing.T) {
	a, b := sample("a.uk", 0), sample("b.uk", 64)
	var out bytes.Buffer
	if err := HTML(&out, []*Report{a, b}, Compare(a, b)); err != nil {
		t.Fatal(err)
	}
	page := out.String()
	if !strings.Contains(page, `<meta name="viewport" content="width=device-width`) {
		t.Error("no viewport: a phone would show the page as small as a desk's")
	}
	wide := regexp.MustCompile(`(?s)<div class="wide"><table>(.*?)</table>`).FindAllStringSubmatch(page, -1)
	if len(wide) < 5 {
		t.Fatalf("%d wide tables", len(wide))
	}
	for _, m := range wide {
		rows := strings.Split(m[1], "<tr>")[1:]
		heads := strings.Count(rows[0], "</th>")
		for _, row := range rows[1:] {
			if n := strings.Count(row, "</td>"); n > heads {
				t.Errorf("a row of %d cells below %d names of columns:\n%s", n, heads, row)
			}
		}
	}
	// Tables that are not wide stay tables: two or three columns, or four of short words.
	for _, m := range regexp.MustCompile(`(?s)<(?:h3>.*?</h3>|summary>.*?</summary>|h3>)<table>(.*?)</table>`).FindAllStringSubmatch(page, -1) {
		for row := range strings.SplitSeq(m[1], "<tr>") {
			if n := strings.Count(row, "</td>"); n > 4 {
				t.Errorf("a row of %d cells in a table that does not scroll:\n%s", n, row)
			}
		}
	}
	for _, rule := range []string{
		"@media screen and (max-width: 40rem)", "content: attr(data-of)", // cards
		"@media print", "break-inside: avoid", // paper
	} {
		if !strings.Contains(pageCSS, rule) {
			t.Errorf("the style sheet lacks %q", rule)
		}
	}
	if !strings.Contains(pageJS, "dataset.of") || !strings.Contains(pageJS, "beforeprint") {
		t.Error("the script gives cells no names, or leaves folded what is printed")
	}
}

// TestParsersAreThere finds a source of the kernel for each pattern of parsers.
func TestParsersAreThere(t *testing.T) {
	const kernel = "../../kernel"
	var names []string
	err := filepath.WalkDir(kernel, func(path string, d fs.DirEntry, err error) error {
		if ext := filepath.Ext(path); err == nil && (ext == ".c" || ext == ".S") {
			name, _ := filepath.Rel(kernel, strings.TrimSuffix(path, ext))
			names = append(names, strings.ReplaceAll(name, "/", "-"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range parsers {
		for _, pattern := range p.members {
			here := func(name string) bool { return matches([]string{pattern}, name) }
			if pattern != "lwip-*" && !slices.ContainsFunc(names, here) { // lwIP's source is fetched
				t.Errorf("%s: no source of the kernel is %s", p.name, pattern)
			}
		}
	}
}
