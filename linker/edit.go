package linker

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// Editor changes the text of a profile, and keeps it free of contradictions.
type Editor struct {
	kit   *Kit
	file  string // for messages
	start []byte
	lines []Setting // what the text says, in its order
	res   *Resolution
}

// Effect is a driver that a change made something else.
type Effect struct {
	Config   string
	From, To byte
	Why      string // of To
}

func (e Effect) String() string {
	s := fmt.Sprintf("CONFIG_%s: %c, was %c", e.Config, e.To, e.From)
	if e.Why != "" {
		s += ": " + e.Why
	}
	return s
}

// ProfileText returns the text of a profile and the file that it is from; see
// [Kit.Profile].
func (k *Kit) ProfileText(name string) (file string, text []byte, err error) {
	if _, err := k.Profile(name); err != nil || name == ProfileNone {
		return name, nil, err
	}
	if file = name; !IsProfileFile(name) {
		file = filepath.Join(k.Dir, "profiles", name+".conf")
	}
	text, err = ReadProfileFile(file)
	return file, text, err
}

// NewEditor begins with the text of a profile.
func NewEditor(k *Kit, file string, text []byte) (*Editor, error) {
	lines, err := ParseProfile(file, text)
	if err != nil {
		return nil, err
	}
	e := &Editor{kit: k, file: file, start: text, lines: lines}
	e.res, err = k.Resolve(&Profile{Settings: lines}, nil)
	return e, err
}

// Resolution is what the profile comes to.
func (e *Editor) Resolution() *Resolution { return e.res }

// Line returns what the profile says of a driver: 'y', 'm', 'n', or 0 for nothing.
func (e *Editor) Line(config string) byte {
	for _, l := range e.lines {
		if l.Config == config {
			return l.Value
		}
	}
	return 0
}

// Selected is what the profile comes to as settings of the profile that starts
// from nothing.
func (e *Editor) Selected() []Setting {
	var out []Setting
	for _, s := range e.res.Selected {
		out = append(out, Setting{s.Config, s.Value, e.file})
	}
	return out
}

// Set gives a driver a value, 'y', 'm' or 'n', or with 0 removes its line. Other
// lines that this contradicts give way: what needs more than the driver now is,
// becomes as much; what forbids it, is removed. The effects are all that
// changed.
func (e *Editor) Set(config string, value byte) ([]Effect, error) {
	d := e.kit.byConfig[config]
	switch {
	case d == nil:
		return nil, fmt.Errorf("no driver CONFIG_%s in the kit", config)
	case value == 'm' && d.Type == TypeBool:
		return nil, d.NoModule()
	}
	lines := slices.Clone(e.lines)
	put := func(config string, value byte) {
		i := slices.IndexFunc(lines, func(s Setting) bool { return s.Config == config })
		switch {
		case value == 0 && i >= 0:
			lines = slices.Delete(lines, i, i+1)
		case value != 0 && i >= 0:
			lines[i].Value = value
		case value != 0:
			lines = append(lines, Setting{config, value, "as set here"})
		}
	}
	put(config, value)
	ours := map[string]bool{config: true} // lines that stay
	for range 4 * len(e.kit.Drivers) {
		res, err := e.kit.Resolve(&Profile{Settings: lines}, nil)
		var c *Contradiction
		switch {
		case err == nil:
			effects := e.effects(res)
			e.lines, e.res = lines, res
			return effects, nil
		case !errors.As(err, &c):
			return nil, err
		case !ours[c.Line.Config] && c.Line.Value == 'y' && value == 'm' && e.kit.byConfig[c.Line.Config].Type != TypeBool:
			put(c.Line.Config, 'm')
		case !ours[c.Line.Config]:
			put(c.Line.Config, 'n')
		case len(c.Against) == 0 || ours[c.Against[0].Config]:
			return nil, err
		case c.Any:
			ours[c.Against[0].Config] = true
			put(c.Against[0].Config, e.kit.byConfig[c.Against[0].Config].atLeast(c.Line.Value))
		default:
			put(c.Against[0].Config, 0)
		}
	}
	return nil, fmt.Errorf("CONFIG_%s=%c contradicts too many lines: edit the file by hand", config, value)
}

func (e *Editor) effects(now *Resolution) []Effect {
	var out []Effect
	for i := range e.kit.Drivers {
		c := e.kit.Drivers[i].Config
		if from, to := e.res.Value(c), now.Value(c); from != to {
			x := Effect{Config: c, From: from, To: to}
			if s := now.Find(c); s != nil && s.By != "" {
				x.Why = s.Why
			}
			out = append(out, x)
		}
	}
	return out
}

// Changed reports whether Text differs from what the editor began with.
func (e *Editor) Changed() bool { return !bytes.Equal(e.Text(), e.start) }

// Text is the profile's new text: that which the editor began with, with its
// comments and its order, changed where a line changed. New lines come last.
func (e *Editor) Text() []byte {
	var b strings.Builder
	done := map[string]bool{}
	for line := range strings.Lines(string(e.start)) {
		s, err := ParseProfile("", []byte(line))
		if err != nil || len(s) != 1 {
			b.WriteString(line)
			continue
		}
		v := e.Line(s[0].Config)
		done[s[0].Config] = true
		switch {
		case v == s[0].Value:
			b.WriteString(line)
		case v != 0:
			b.WriteString(settingLine(s[0].Config, v))
		}
	}
	for _, l := range e.lines {
		if !done[l.Config] {
			if s := b.String(); s != "" && !strings.HasSuffix(s, "\n") {
				b.WriteByte('\n')
			}
			b.WriteString(settingLine(l.Config, l.Value))
		}
	}
	return []byte(b.String())
}

func settingLine(config string, value byte) string {
	if value == 'n' {
		return "# CONFIG_" + config + " is not set\n"
	}
	return fmt.Sprintf("CONFIG_%s=%c\n", config, value)
}

// Saved tells the editor that text is what its file has now.
func (e *Editor) Saved(text []byte) { e.start = text }
