package manifest

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// varMode is which references a text may hold.
type varMode int

const (
	inGuest   varMode = iota // ${name}
	inHost                   // and %(name)s and %%; any other % is an error, as in OSv
	inValue                  // ${name} and %(name)s; any other % stands for itself
	inSetting                // %(name)s; any other % stands for itself, as does $
)

// vars are the variables of a manifest.
type vars struct {
	defines map[string]string
	other   func(name string) (string, bool) // or nil
	done    map[string]string                // values with their own references replaced
	active  []string                         // being replaced, outermost first
}

func newVars(opts Options) *vars {
	v := &vars{defines: maps.Clone(opts.Defines), other: opts.Variable, done: make(map[string]string)}
	if v.defines == nil {
		v.defines = make(map[string]string)
	}
	if _, ok := v.defines["MODULE_DIR"]; !ok {
		if dir, err := filepath.Abs(opts.Dir); err == nil {
			v.done["MODULE_DIR"] = dir
		}
	}
	return v
}

// fallback gives a variable a value if it has none.
func (v *vars) fallback(name, value string) {
	if _, ok := v.defines[name]; !ok {
		v.defines[name] = value
	}
}

// expand replaces the references in s, or says what is wrong and how to fix it.
func (v *vars) expand(s string, mode varMode) (out, msg, fix string) {
	var b strings.Builder
	for {
		i := strings.IndexAny(s, "%$")
		if i < 0 {
			break
		}
		b.WriteString(s[:i])
		s = s[i:]
		ref, end := "", ""
		switch {
		case mode != inSetting && strings.HasPrefix(s, "${"):
			ref, end = s[2:], "}"
		case s[0] == '%' && mode != inGuest && strings.HasPrefix(s, "%("):
			ref, end = s[2:], ")"
		case s[0] == '%' && mode == inHost && strings.HasPrefix(s, "%%"):
			b.WriteByte('%')
			s = s[2:]
			continue
		case s[0] == '%' && mode == inHost:
			return "", fmt.Sprintf("%q is no variable", short(s)), "write %(name)s for a variable and %% for a percent sign"
		default:
			b.WriteByte(s[0])
			s = s[1:]
			continue
		}
		name, rest, ok := strings.Cut(ref, end)
		if ok && end == ")" {
			rest, ok = strings.CutPrefix(rest, "s")
		}
		if !ok && mode >= inValue {
			b.WriteByte(s[0])
			s = s[1:]
			continue
		}
		if !ok {
			return "", fmt.Sprintf("the variable in %q has no end", short(s)), "write %(name)s or ${name}"
		}
		val, msg, fix := v.value(name)
		if msg != "" {
			return "", msg, fix
		}
		b.WriteString(val)
		s = rest
		if b.Len() > maxValue {
			return "", fmt.Sprintf("variables make the line longer than %d bytes", maxValue), "define them shorter"
		}
	}
	b.WriteString(s)
	return b.String(), "", ""
}

// value returns a variable's value with the variables in it replaced.
func (v *vars) value(name string) (val, msg, fix string) {
	if val, ok := v.done[name]; ok {
		return val, "", ""
	}
	raw, ok := v.defines[name]
	if !ok && v.other != nil {
		if val, ok := v.other(name); ok {
			v.done[name] = val
			return val, "", ""
		}
	}
	if !ok {
		known := slices.Sorted(maps.Keys(v.defines))
		fix := fmt.Sprintf("add -D %s=DATA", printable(short(name)))
		if len(known) > 0 {
			fix += " (defined are: " + short(strings.Join(known, " ")) + ")"
		}
		return "", fmt.Sprintf("variable %q is not defined", short(name)), fix
	}
	if i := slices.Index(v.active, name); i >= 0 {
		way := strings.Join(append(slices.Clone(v.active[i:]), name), " uses ")
		return "", "a variable refers to itself: " + printable(short(way)), "give one of them a value that uses no other"
	}
	v.active = append(v.active, name)
	defer func() { v.active = v.active[:len(v.active)-1] }()
	val, msg, fix = v.expand(raw, inValue)
	if msg == "" {
		v.done[name] = val
	}
	return val, msg, fix
}
