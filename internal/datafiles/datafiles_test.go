package datafiles

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"uk.example/internal/testenv"
	"uk.example/manifest"
)

// machine is a folder with the files of packages, as a small Debian has them.
type machine struct {
	t    *testing.T
	root string
}

func newMachine(t *testing.T) *machine {
	m := &machine{t, t.TempDir()}
	m.file("/var/lib/dpkg/status", "")
	return m
}

func (m *machine) file(name, text string) {
	m.t.Helper()
	file := m.root + name
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		m.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		m.t.Fatal(err)
	}
}

func (m *machine) link(name, to string) {
	m.t.Helper()
	m.file(name, "")
	if err := os.Remove(m.root + name); err != nil {
		m.t.Fatal(err)
	}
	if err := os.Symlink(to, m.root+name); err != nil {
		m.t.Fatal(err)
	}
}

// program compiles one that names the paths.
func (m *machine) program(name string, names ...string) {
	m.t.Helper()
	src := "int main(void) { return 0; }\n"
	for i, n := range names {
		src += fmt.Sprintf("const char name%d[] = \"%s\";\n", i, n)
	}
	data, err := os.ReadFile(testenv.Compile(m.t, "prog", src))
	if err != nil {
		m.t.Fatal(err)
	}
	m.file(name, string(data))
	if err := os.Chmod(m.root+name, 0o755); err != nil {
		m.t.Fatal(err)
	}
}

// install makes a package of files, and those that it does not find.
func (m *machine) install(name, fields string, files ...string) {
	m.t.Helper()
	dirs := map[string]bool{}
	var list []string
	for _, f := range files {
		if _, err := os.Lstat(m.root + f); err != nil {
			m.file(f, "text of "+f)
		}
		list = append(list, f)
		for d := path.Dir(f); !dirs[d]; d = path.Dir(d) {
			dirs[d] = true
			list = append(list, d)
		}
	}
	m.file("/var/lib/dpkg/info/"+name+".list", strings.Join(list, "\n")+"\n")
	status, err := os.ReadFile(m.root + "/var/lib/dpkg/status")
	if err != nil {
		m.t.Fatal(err)
	}
	m.file("/var/lib/dpkg/status", string(status)+"Package: "+name+"\nStatus: install ok installed\n"+fields+"\n")
}

// added runs Add for a program and lists what it adds.
func (m *machine) added(program string, opt Options) (added, warnings []string) {
	m.t.Helper()
	man := &manifest.Manifest{Entries: []manifest.Entry{{Guest: program, Host: m.root + program}}}
	man.App.Command = []string{program}
	opt.Program, opt.Root = program, m.root
	warnings, err := Add(man, opt)
	if err != nil {
		m.t.Fatal(err)
	}
	for _, e := range man.Entries[1:] {
		s := e.Guest
		if e.Link != "" {
			s += " -> " + e.Link
		}
		added = append(added, s)
	}
	return added, warnings
}

func (m *machine) want(program string, opt Options, want ...string) {
	m.t.Helper()
	got, warnings := m.added(program, opt)
	if !slices.Equal(got, want) || len(warnings) > 0 {
		m.t.Errorf("got  %q\nwant %q\nwarnings %q", got, want, warnings)
	}
}

// A program gets the folders that it names: its own package's and those of packages that belong to it, with what links
// lead to, and what its settings name. What people read, programs, and what not every user may read stay behind.
func TestPackaged(t *testing.T) {
	m := newMachine(t)
	m.program("/usr/bin/game", "/usr/share/game", "/etc/game/game.conf", "/usr/share/doc/game", "/usr/share/other", "/etc/passwd", "/usr/share", "/usr/lib/game/%s.so")
	m.program("/usr/lib/game/helper")
	m.file("/etc/game/game.conf", "levels = \"/usr/share/game-levels/one\"\nkey=/etc/game/key\nsecret=/etc/secret\n")
	m.file("/etc/passwd", "root")
	m.file("/etc/secret", "of this machine")
	m.file("/usr/share/game/generated", "by the package's script")
	m.file("/var/lib/game/scores", "")
	m.link("/usr/share/game/scores", "/var/lib/game/scores")
	m.link("/usr/share/game/home", "/home/me/file")
	m.install("game", "Depends: game-data (>= 1) | none, game-levels:any", "/usr/bin/game", "/usr/share/doc/game/README", "/etc/game/game.conf", "/etc/game/key", "/usr/lib/game/helper",
		"/usr/lib/game/plug.so", "/usr/share/game/scores", "/usr/share/game/home")
	m.install("game-data", "Source: game (1.2)", "/usr/share/game/map", "/usr/share/game/doc/manual", "/usr/share/game/private")
	m.install("game-levels", "", "/usr/share/game-levels/one")
	m.install("other", "", "/usr/share/other/file")
	for _, secret := range []string{"/etc/game/key", "/usr/share/game/private"} {
		if err := os.Chmod(m.root+secret, 0o640); err != nil {
			t.Fatal(err)
		}
	}
	m.want("/usr/bin/game", Options{}, "/etc/game/game.conf", "/usr/lib/game/plug.so", "/usr/share/game-levels/one", "/usr/share/game/generated",
		"/usr/share/game/map", "/usr/share/game/scores -> /var/lib/game/scores", "/var/lib/game/scores")
	// What a share has, and what someone else has packed, is left to them.
	m.want("/usr/bin/game", Options{Shared: func(guest string) bool { return strings.HasPrefix(guest, "/usr/share/game/") },
		Known: func(dir string) bool { return dir == "/usr/lib/game" }}, "/etc/game/game.conf", "/usr/share/game-levels/one")
}

// Of a folder that others use as well come the files of a program's own packages; a folder whose neighbors are the
// program's own too brings them along, as programs find them from there.
func TestFolders(t *testing.T) {
	m := newMachine(t)
	m.program("/usr/bin/viewer", "/usr/share/fonts", "/usr/share/viewer/2.0/init:/usr/share/viewer/none")
	m.install("viewer", "Recommends: fonts-own", "/usr/bin/viewer", "/usr/share/viewer/2.0/init/a", "/usr/share/viewer/2.0/colors/b")
	m.install("fonts-own", "", "/usr/share/fonts/own/font")
	m.install("fonts-other", "", "/usr/share/fonts/other/font")
	m.want("/usr/bin/viewer", Options{}, "/usr/share/fonts/own/font", "/usr/share/viewer/2.0/colors/b", "/usr/share/viewer/2.0/init/a")
}

// A program in a folder of its own gets what is beside it.
func TestBeside(t *testing.T) {
	m := newMachine(t)
	m.program("/usr/lib/zip/zip")
	m.install("zip", "", "/usr/lib/zip/zip", "/usr/lib/zip/zip.so", "/usr/lib/zip/codecs/a")
	m.want("/usr/lib/zip/zip", Options{}, "/usr/lib/zip/codecs/a", "/usr/lib/zip/zip.so")
}

// What depends on a program's package adds to that one's folders: dictionaries, plug-ins.
func TestDependents(t *testing.T) {
	m := newMachine(t)
	m.program("/usr/bin/spell", "/usr/share/spell", "/usr/share/shared")
	m.install("spell", "", "/usr/bin/spell", "/usr/share/spell/rules")
	m.install("spell-en", "Depends: spell", "/usr/share/spell/en", "/usr/share/shared/en")
	m.install("stranger", "", "/usr/share/shared/own")
	m.want("/usr/bin/spell", Options{}, "/usr/share/spell/en", "/usr/share/spell/rules")
}

// What the administrator chose is followed to the package's file; a file of /etc that no package has is not packed.
func TestChoices(t *testing.T) {
	m := newMachine(t)
	m.link("/usr/share/dict/words", "../../../etc/alternatives/words")
	m.link("/etc/alternatives/words", "../../usr/share/dict/english")
	m.link("/usr/share/dict/local", "../../../etc/local-words")
	m.file("/etc/local-words", "of this machine")
	m.program("/usr/bin/look", "/usr/share/dict/words", "/usr/share/dict/local")
	m.install("words", "", "/usr/share/dict/english")
	m.want("/usr/bin/look", Options{}, "/etc/alternatives/words -> ../../usr/share/dict/english", "/usr/share/dict/english",
		"/usr/share/dict/local -> ../../../etc/local-words", "/usr/share/dict/words -> ../../../etc/alternatives/words")
}

// Names that a program puts together, or that a compiler has taken apart.
func TestPieces(t *testing.T) {
	m := newMachine(t)
	m.program("/usr/bin/talk-cli", "/usr/lib/x86_64-linux-gnu", "%s/talk-data", "share/voices/7.3", "/etc/talk/conf.d")
	m.install("talk", "", "/usr/bin/talk-cli", "/usr/lib/x86_64-linux-gnu/talk-data/a", "/usr/share/voices/7.3.0/b", "/usr/share/talk/c", "/etc/talk/talk.conf", "/etc/talk/conf.d/d")
	m.want("/usr/bin/talk-cli", Options{}, "/etc/talk/conf.d/d", "/etc/talk/talk.conf", "/usr/lib/x86_64-linux-gnu/talk-data/a", "/usr/share/talk/c", "/usr/share/voices/7.3.0/b")
}

// A package's script names folders as its programs do; a private prefix is one folder.
func TestScript(t *testing.T) {
	m := newMachine(t)
	m.program("/usr/lib/jvm/vm-17/bin/vm")
	m.file("/usr/bin/doc2x", "#!/usr/lib/jvm/vm-17/bin/vm\nmy $datadir = '/usr/share'; my $package = 'doc2';\nopen '/usr/share/doc2x/list'\n")
	m.install("doc2x", "", "/usr/bin/doc2x", "/usr/share/doc2/a", "/usr/share/doc2x/list")
	m.install("vm", "", "/usr/lib/jvm/vm-17/bin/vm", "/usr/lib/jvm/vm-17/lib/modules")
	man := &manifest.Manifest{Entries: []manifest.Entry{{Guest: "/usr/lib/jvm/vm-17/bin/vm", Host: m.root + "/usr/lib/jvm/vm-17/bin/vm"}, {Guest: "/usr/bin/doc2x", Host: m.root + "/usr/bin/doc2x"}}}
	if _, err := Add(man, Options{Program: "/usr/lib/jvm/vm-17/bin/vm", Root: m.root}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"/usr/share/doc2/a", "/usr/share/doc2x/list", "/usr/lib/jvm/vm-17/lib/modules"} {
		if man.Lookup(name) == nil {
			t.Errorf("no %s", name)
		}
	}
}

func TestTooLarge(t *testing.T) {
	m := newMachine(t)
	m.program("/usr/bin/p", "/usr/share/p/small", "/usr/share/p/large")
	m.install("p", "", "/usr/bin/p", "/usr/share/p/small/a", "/usr/share/p/large/b")
	if err := os.Truncate(m.root+"/usr/share/p/large/b", maxFolder+1); err != nil {
		t.Fatal(err)
	}
	got, warnings := m.added("/usr/bin/p", Options{})
	if !slices.Equal(got, []string{"/usr/share/p/small/a"}) || len(warnings) != 1 ||
		!strings.HasPrefix(warnings[0], "/usr/share/p/large, which the program names, has more than 256 MB or 10000 files and is not packed: if it is needed, --share /usr/share/p/large:/usr/share/p/large:ro") {
		t.Errorf("%q, %q", got, warnings)
	}
}

// A program of no package gets the files that it names, but for those of /etc, and what was installed beside it.
func TestUnpackaged(t *testing.T) {
	m := newMachine(t)
	m.program("/opt/tool/bin/tool", "../share/tool", "/share/tool-1", "/usr/share/dict/words", "/usr/share/dict", "/etc/own.conf", "/opt/tool")
	m.program("/usr/bin/mine", "/usr/share/dict", "../share/dict", "/usr/share/tool")
	for _, f := range []string{"/opt/tool/share/tool/a", "/opt/tool/share/tool-1/b", "/opt/tool/share/unnamed/c", "/usr/share/dict/words", "/etc/own.conf"} {
		m.file(f, "")
	}
	m.install("words", "", "/usr/share/dict/words", "/usr/share/dict/others")
	m.want("/opt/tool/bin/tool", Options{}, "/opt/tool/share/tool-1/b", "/opt/tool/share/tool/a", "/usr/share/dict/words")
	m.want("/usr/bin/mine", Options{})
	for _, name := range []string{"/usr/bin/lib", "/usr/bin/.x", "/usr/bin/-", "/lib"} { // nothing to make a folder's name of
		m.program(name)
		m.want(name, Options{})
	}
	if err := os.RemoveAll(m.root + "/var"); err != nil { // a machine without dpkg
		t.Fatal(err)
	}
	m.want("/opt/tool/bin/tool", Options{}, "/opt/tool/share/tool-1/b", "/opt/tool/share/tool/a", "/usr/share/dict/words")
}

// A library that the image has is one library under all its names.
func TestSameLibrary(t *testing.T) {
	m := newMachine(t)
	m.program("/usr/bin/p", "/usr/lib/p/plug.so")
	m.install("p", "", "/usr/bin/p", "/usr/lib/p/plug.so")
	man := &manifest.Manifest{Entries: []manifest.Entry{{Guest: "/usr/bin/p", Host: m.root + "/usr/bin/p"}, {Guest: "/lib/plug.so", Host: m.root + "/usr/lib/p/plug.so"}}}
	if _, err := Add(man, Options{Program: "/usr/bin/p", Root: m.root}); err != nil {
		t.Fatal(err)
	}
	if e := man.Lookup("/usr/lib/p/plug.so"); e == nil || e.Link != "/lib/plug.so" {
		t.Errorf("%+v", e)
	}
}

func TestScanNames(t *testing.T) {
	var got []string
	scanNames([]byte("\x00/usr/share/a:/usr/lib/b/%s\x00../share/c\x00/etc/\x00x/y\x00\"/etc/dd\""), func(n []byte) { got = append(got, string(n)) })
	if want := []string{"/usr/share/a", "/usr/lib/b/", "../share/c", "/etc/dd"}; !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	n := names{}
	for _, s := range got {
		n.add([]byte(s), "/opt/p")
	}
	n.add([]byte("/home/me/x"), "/opt/p")
	n.add([]byte("/usr/share/../../home"), "")
	if len(n) != 4 || !n["/usr/share/a"] || !n["/usr/lib/b"] || !n["/opt/p/share/c"] || !n["/etc/dd"] {
		t.Errorf("got %v", n)
	}
}
