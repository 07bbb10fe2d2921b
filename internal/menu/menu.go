// Package menu is the terminal menu in which a profile is edited: a tree of
// drivers, each set to y, m or n with a key, with its help and the effects of
// every change beside it.
//
// Scope: showing and keys. What a change means is [linker.Editor]'s to say, and
// where the text goes is the caller's.
package menu

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gdamore/tcell/v2"
	"github.com/rivo/tview"

	"uk.example/linker"
)

// Options say what is edited.
type Options struct {
	Kit    *linker.Kit
	Editor *linker.Editor
	File   string // that Save writes; for the title
	// Save puts the text in its place.
	Save func(text []byte) error
	// Size returns the bytes of a kernel with these drivers. It is called outside
	// of the menu's own goroutine.
	Size func([]linker.Setting) (int64, error)
}

// menu is the state while the menu is shown.
type menu struct {
	opt  Options
	app  *tview.Application
	tree *tview.TreeView
	info *tview.TextView // help and state of the selected driver
	says *tview.TextView // effects of the last change
	foot *tview.TextView // keys, or a question

	nodes   map[string]*tview.TreeNode // by config name
	before  []linker.Editor            // for undo
	asks    bool                       // whether to save before the end
	changes int                        // counts what Size was asked for
	saved   []byte                     // nil: nothing yet
}

// Run shows the menu until the user ends it.
func Run(opt Options) error { return newMenu(opt).app.Run() }

func newMenu(opt Options) *menu {
	m := &menu{opt: opt, app: tview.NewApplication(), nodes: map[string]*tview.TreeNode{}}
	m.build()
	m.show()
	return m
}

func (m *menu) build() {
	root := tview.NewTreeNode("").SetSelectable(false)
	for i := range m.opt.Kit.Drivers {
		m.nodes[m.opt.Kit.Drivers[i].Config] = tview.NewTreeNode("").SetReference(&m.opt.Kit.Drivers[i])
	}
	for i := range m.opt.Kit.Drivers {
		d := &m.opt.Kit.Drivers[i]
		parent := root
		if p := m.nodes[Parent(m.opt.Kit, d)]; p != nil {
			parent = p
		}
		parent.AddChild(m.nodes[d.Config])
	}
	m.tree = tview.NewTreeView().SetRoot(root).SetTopLevel(1).SetAlign(false)
	if c := root.GetChildren(); len(c) > 0 {
		m.tree.SetCurrentNode(c[0])
	}
	m.tree.SetChangedFunc(func(*tview.TreeNode) { m.describe() })
	m.tree.SetBorder(true)
	text := func(title string) *tview.TextView {
		v := tview.NewTextView().SetWordWrap(true).SetDynamicColors(true)
		v.SetBorder(title != "").SetTitle(title)
		return v
	}
	m.info, m.says, m.foot = text(" Help "), text(" Effects "), text("")
	right := tview.NewFlex().SetDirection(tview.FlexRow).AddItem(m.info, 0, 3, false).AddItem(m.says, 0, 2, false)
	middle := tview.NewFlex().AddItem(m.tree, 0, 1, true).AddItem(right, 0, 1, false)
	m.app.SetRoot(tview.NewFlex().SetDirection(tview.FlexRow).AddItem(middle, 0, 1, true).AddItem(m.foot, 1, 0, false), true)
	m.app.SetInputCapture(m.key)
}

// Parent is the driver below which d is shown: the first that it cannot do
// without. A driver that leads back to itself has none.
func Parent(k *linker.Kit, d *linker.Driver) string {
	first := func(d *linker.Driver) string {
		for _, term := range d.Depends {
			if a := linker.Alternatives(term); len(a) == 1 {
				return a[0]
			}
		}
		return ""
	}
	find := func(config string) *linker.Driver {
		i := slices.IndexFunc(k.Drivers, func(o linker.Driver) bool { return o.Config == config })
		if i < 0 {
			return nil
		}
		return &k.Drivers[i]
	}
	up := find(first(d))
	for range k.Drivers {
		if up == nil {
			return first(d)
		}
		if up = find(first(up)); up == d {
			break
		}
	}
	return ""
}

const keys = "y m n: set   u: unset   space: next   c: cost   z: undo   s: save   q: end   arrows, enter"

// key acts on a key, or leaves it to the tree.
func (m *menu) key(ev *tcell.EventKey) *tcell.EventKey {
	if m.asks {
		m.answer(ev)
		return nil
	}
	node := m.tree.GetCurrentNode()
	var d *linker.Driver
	if node != nil {
		d, _ = node.GetReference().(*linker.Driver)
	}
	switch {
	case ev.Key() == tcell.KeyCtrlC, ev.Key() == tcell.KeyEscape, ev.Rune() == 'q':
		m.end()
	case ev.Key() == tcell.KeyCtrlS, ev.Rune() == 's':
		m.save()
	case ev.Key() == tcell.KeyEnter:
		if node != nil {
			node.SetExpanded(!node.IsExpanded())
			m.show()
		}
	case ev.Rune() == 'z':
		m.undo()
	case d == nil:
		return ev
	case ev.Rune() == 'y', ev.Rune() == 'm', ev.Rune() == 'n':
		m.set(d, byte(ev.Rune()))
	case ev.Rune() == 'u':
		m.set(d, 0)
	case ev.Rune() == 'c':
		m.cost(d)
	case ev.Rune() == ' ':
		m.set(d, next(d, m.opt.Editor.Resolution().Value(d.Config)))
	default:
		return ev
	}
	return nil
}

// next is the value that follows v.
func next(d *linker.Driver, v byte) byte {
	switch {
	case v == 'y':
		return 'n'
	case v == 'n' && d.Type == linker.TypeTristate:
		return 'm'
	}
	return 'y'
}

func (m *menu) set(d *linker.Driver, value byte) {
	was := *m.opt.Editor
	effects, err := m.opt.Editor.Set(d.Config, value)
	if err != nil {
		m.says.SetText("[red]" + tview.Escape(err.Error()))
		return
	}
	m.before = append(m.before, was)
	var b strings.Builder
	for _, x := range effects {
		fmt.Fprintf(&b, "%s\n", tview.Escape(x.String()))
	}
	if len(effects) == 0 {
		b.WriteString("Nothing becomes another.")
	}
	m.says.SetText(b.String())
	m.show()
}

func (m *menu) undo() {
	if n := len(m.before); n > 0 {
		*m.opt.Editor = m.before[n-1]
		m.before = m.before[:n-1]
		if m.saved != nil {
			m.opt.Editor.Saved(m.saved)
		}
		m.says.SetText("Undone.")
		m.show()
	}
}

func (m *menu) save() bool {
	text := m.opt.Editor.Text()
	if err := m.opt.Save(text); err != nil {
		m.says.SetText("[red]" + tview.Escape(err.Error()))
		return false
	}
	m.opt.Editor.Saved(text)
	m.saved = text
	m.says.SetText(tview.Escape("Saved as " + m.opt.File + "."))
	m.show()
	return true
}

func (m *menu) end() {
	if !m.opt.Editor.Changed() {
		m.app.Stop()
		return
	}
	m.asks = true
	m.show()
}

func (m *menu) answer(ev *tcell.EventKey) {
	switch {
	case ev.Rune() == 'y':
		m.asks = false
		if m.save() {
			m.app.Stop()
		}
	case ev.Rune() == 'n', ev.Key() == tcell.KeyCtrlC:
		m.app.Stop()
	default:
		m.asks = false
		m.show()
	}
}

// show brings everything on the screen up to date.
func (m *menu) show() {
	for _, node := range m.nodes {
		d := node.GetReference().(*linker.Driver)
		closed := ""
		if len(node.GetChildren()) > 0 && !node.IsExpanded() {
			closed = " ..."
		}
		node.SetText(tview.Escape(mark(d, m.opt.Editor) + " " + d.Config + "  " + d.Prompt + closed))
	}
	star := ""
	if m.opt.Editor.Changed() {
		star = " *"
	}
	m.tree.SetTitle(" " + tview.Escape(m.opt.File) + star + " ")
	m.foot.SetText(keys)
	if m.asks {
		m.foot.SetText(tview.Escape("Save " + m.opt.File + " before the end?  y: save   n: do not   c: go on"))
	}
	m.describe()
	m.measure()
}

// mark shows a driver's value as menus of Kconfig do: [*] for what is y or n,
// <*> and <M> for what may be a module, -*- for what is in for another's sake.
func mark(d *linker.Driver, e *linker.Editor) string {
	value := map[byte]string{'y': "*", 'm': "M", 'n': " "}[e.Resolution().Value(d.Config)]
	switch {
	case value != " " && (e.Line(d.Config) == 0 || e.Line(d.Config) == 'n'):
		return "-" + value + "-"
	case d.Type == linker.TypeTristate:
		return "<" + value + ">"
	}
	return "[" + value + "]"
}

// describe shows the selected driver.
func (m *menu) describe() {
	node := m.tree.GetCurrentNode()
	if node == nil {
		return
	}
	d, ok := node.GetReference().(*linker.Driver)
	if !ok {
		return
	}
	var b strings.Builder
	line := func(what, text string) {
		if text != "" {
			fmt.Fprintf(&b, "%s: %s\n", what, tview.Escape(text))
		}
	}
	fmt.Fprintf(&b, "[::b]CONFIG_%s[::-]\n%s\n\n", d.Config, tview.Escape(d.Prompt))
	if d.Help != "" {
		fmt.Fprintf(&b, "%s\n\n", tview.Escape(d.Help))
	}
	switch s := m.opt.Editor.Resolution().Find(d.Config); {
	case s != nil:
		line("Now", string(s.Value)+", "+s.Why)
	case m.opt.Editor.Line(d.Config) == 'n':
		line("Now", "n, as a line says")
	default:
		line("Now", "n")
	}
	if d.Type == linker.TypeBool {
		line("Type", "y or n")
		line("No module", d.BuiltIn)
	} else {
		line("Type", "y, m (a module) or n")
	}
	line("Depends on", strings.Join(d.Depends, " && "))
	line("Selects", strings.Join(d.Selects, " "))
	var needed []string
	for _, o := range m.opt.Kit.Dependents(d.Config) {
		needed = append(needed, o.Config)
	}
	line("Needed by", strings.Join(needed, " "))
	m.info.SetText(b.String())
}

// measure asks for the kernel's size and shows it when it is known.
func (m *menu) measure() {
	m.changes++
	now, lines := m.changes, m.opt.Editor.Selected()
	go func() {
		n, err := m.opt.Size(lines)
		text := fmt.Sprintf("a kernel has %d bytes", n)
		if err != nil {
			text = err.Error()
		}
		m.app.QueueUpdateDraw(func() {
			if now == m.changes { // else something changed meanwhile
				m.says.SetTitle(" Effects: " + tview.Escape(text) + " ")
			}
		})
	}()
}

// cost tells what a driver makes of the kernel's size, as y and as m, against n.
func (m *menu) cost(d *linker.Driver) {
	now := m.changes
	sets := map[byte][]linker.Setting{}
	for _, v := range []byte("nmy") {
		e := *m.opt.Editor
		if _, err := e.Set(d.Config, v); err == nil {
			sets[v] = e.Selected()
		}
	}
	go func() {
		text := "CONFIG_" + d.Config + " adds to the kernel"
		without, err := m.opt.Size(sets['n'])
		for _, v := range []byte("ym") {
			if lines, ok := sets[v]; ok && err == nil {
				var n int64
				n, err = m.opt.Size(lines)
				text += fmt.Sprintf("\nas %c: %d bytes", v, n-without)
			}
		}
		if err != nil {
			text = err.Error()
		}
		m.app.QueueUpdateDraw(func() {
			if now == m.changes {
				m.says.SetText(tview.Escape(text))
			}
		})
	}()
}
