package menu

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gdamore/tcell/v2"

	"uk.example/linker"
)

const kconfig = `
config BUS
 tristate "The bus"
config DISK
 tristate "A disk"
 depends on BUS
 help
  Holds the files.
config DISK_WRITE
 bool "Writing"
 depends on DISK
config LOOP_A
 bool "One"
 depends on LOOP_B
config LOOP_B
 bool "Other"
 depends on LOOP_A
config PORT
 bool "A port"
`

// session is a menu on a simulated screen.
type session struct {
	t      *testing.T
	screen tcell.SimulationScreen
	saved  []string
	fail   error // of the next save
	done   chan error

	mu    sync.Mutex
	frame string // what the screen shows
}

func start(t *testing.T, kconfig, profile string) *session {
	t.Helper()
	drivers, err := linker.ParseKconfig("k", []byte(kconfig))
	if err != nil {
		t.Fatal(err)
	}
	kit := linker.NewConfigKit(drivers)
	editor, err := linker.NewEditor(kit, "my.conf", []byte(profile))
	if err != nil {
		t.Fatal(err)
	}
	s := &session{t: t, screen: tcell.NewSimulationScreen(""), done: make(chan error, 1)}
	m := newMenu(Options{Kit: kit, Editor: editor, File: "my.conf",
		Save: func(text []byte) error {
			if s.fail == nil {
				s.saved = append(s.saved, string(text))
			}
			return s.fail
		},
		Size: func(lines []linker.Setting) (int64, error) {
			n := int64(1000)
			for _, l := range lines {
				n += map[byte]int64{'y': 100, 'm': 1}[l.Value]
			}
			return n, nil
		},
	})
	m.app.SetScreen(s.screen)
	m.app.SetAfterDrawFunc(s.draw)
	go func() { s.done <- m.app.Run() }()
	s.sees("y m n: set") // before that the size is of no account
	s.screen.SetSize(170, 24)
	return s
}

func (s *session) draw(screen tcell.Screen) {
	var b strings.Builder
	width, height := screen.Size()
	for y := range height {
		for x := 0; x < width; {
			text, _, w := screen.Get(x, y)
			b.WriteString(text)
			x += max(1, w)
		}
		b.WriteByte('\n')
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.frame = b.String()
}

func (s *session) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.frame
}

// sees waits until the screen shows all of what.
func (s *session) sees(what ...string) {
	s.t.Helper()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(2 * time.Millisecond) {
		text, missing := s.text(), ""
		for _, w := range what {
			if !strings.Contains(text, w) {
				missing = w
			}
		}
		if missing == "" {
			return
		}
		if time.Now().After(end) {
			s.t.Fatalf("the screen does not show %q:\n%s", missing, text)
		}
	}
}

// press types letters; > goes down, < up, ^ is escape and ! is enter.
func (s *session) press(keys string) {
	for _, k := range keys {
		switch k {
		case '>':
			s.screen.InjectKey(tcell.KeyDown, 0, 0)
		case '<':
			s.screen.InjectKey(tcell.KeyUp, 0, 0)
		case '^':
			s.screen.InjectKey(tcell.KeyEscape, 0, 0)
		case '!':
			s.screen.InjectKey(tcell.KeyEnter, 0, 0)
		default:
			s.screen.InjectKey(tcell.KeyRune, k, 0)
		}
	}
}

func (s *session) ends() {
	s.t.Helper()
	select {
	case err := <-s.done:
		if err != nil {
			s.t.Fatal(err)
		}
	case <-time.After(10 * time.Second):
		s.t.Fatal("the menu does not end")
	}
}

func TestMenu(t *testing.T) {
	s := start(t, kconfig, "# mine\n")
	s.sees("< > BUS  The bus", "< > DISK  A disk", "[ ] DISK_WRITE  Writing", "[ ] PORT  A port", " my.conf ", "1000 bytes", "y, m (a module) or n")
	s.press(">")
	s.sees("CONFIG_DISK", "Holds the files.", "Depends on: BUS", "Needed by: DISK_WRITE")
	// What is needed comes along, and is marked as such.
	s.press("m")
	s.sees("<M> DISK", "-M- BUS", "CONFIG_BUS: m, was n: needed by CONFIG_DISK", "CONFIG_DISK: m, was n", "my.conf *", "1002 bytes", "Now: m, as set here")
	// A bool below it makes it built in, since it cannot be a module itself.
	s.press(">y")
	s.sees("[*] DISK_WRITE", "-*- DISK", "-*- BUS", "1300 bytes")
	s.press("m")
	s.sees("CONFIG_DISK_WRITE cannot be a module")
	// What another needs takes that along when it goes.
	s.press("<<n")
	s.sees("< > BUS", "< > DISK", "[ ] DISK_WRITE", "CONFIG_DISK_WRITE: n, was y", "1000 bytes", "n, as a line says")
	s.press("z")
	s.sees("Undone.", "[*] DISK_WRITE", "1300 bytes")
	s.press(">c")
	s.sees("CONFIG_DISK adds to the kernel", "as y: 300 bytes", "as m: 2 bytes")
	s.press("s")
	s.sees("Saved as my.conf.", " my.conf ")
	if len(s.saved) != 1 || s.saved[0] != "# mine\nCONFIG_DISK_WRITE=y\n" {
		t.Errorf("saved %q", s.saved)
	}
	s.press("q")
	s.ends()
}

func TestMenuSpaceAndTree(t *testing.T) {
	s := start(t, kconfig, "CONFIG_PORT=y\n")
	s.sees("[*] PORT")
	s.press(" ")
	s.sees("<M> BUS", "1101 bytes")
	s.press(" ")
	s.sees("<*> BUS")
	s.press(" ")
	s.sees("< > BUS", "1100 bytes")
	s.press("u")
	s.sees("Nothing becomes another.")
	s.press("!")
	s.sees("BUS  The bus ...")
	if strings.Contains(s.text(), "A disk") {
		t.Errorf("a closed branch is shown:\n%s", s.text())
	}
	s.press("!")
	s.sees("DISK_WRITE")
	s.press("q")
	s.ends()
}

// What was changed is not lost by accident.
func TestMenuEnd(t *testing.T) {
	s := start(t, kconfig, "")
	s.press("y^")
	s.sees("Save my.conf before the end?")
	s.press("c")
	s.sees("y m n: set")
	s.fail = errors.New("the disk is full")
	s.press("qy")
	s.sees("the disk is full")
	s.fail = nil
	s.press("qy")
	s.ends()
	if len(s.saved) != 1 || s.saved[0] != "CONFIG_BUS=y\n" {
		t.Errorf("saved %q", s.saved)
	}
	s = start(t, kconfig, "")
	s.press("yqn")
	s.ends()
	if len(s.saved) != 0 {
		t.Errorf("saved %q", s.saved)
	}
}

// A small or odd screen, and a kit without drivers, are no reason to fall over.
func TestMenuSmall(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {10, 3}, {40, 8}, {300, 100}} {
		s := start(t, kconfig, "")
		s.screen.SetSize(size[0], size[1])
		s.press(">>>>>>>y<<<<m!!qn")
		s.ends()
	}
	s := start(t, "", "")
	s.press("ymn u>!zsq")
	s.ends()
}

func TestParent(t *testing.T) {
	drivers, err := linker.ParseKconfig("k", []byte(kconfig))
	if err != nil {
		t.Fatal(err)
	}
	kit := linker.NewConfigKit(drivers)
	want := map[string]string{"DISK": "BUS", "DISK_WRITE": "DISK"}
	for i := range kit.Drivers {
		if got := Parent(kit, &kit.Drivers[i]); got != want[kit.Drivers[i].Config] {
			t.Errorf("%s is below %q", kit.Drivers[i].Config, got)
		}
	}
}
