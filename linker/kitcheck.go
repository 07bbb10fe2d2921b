package linker

import (
	"fmt"
	"path"
	"strings"
)

// What names in the kit's descriptions may consist of: no slash, and nothing that ends a line or a word of the
// linker's files.
const (
	letters      = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
	moduleName   = letters + "-"
	symbolName   = letters + ".$@"
	maxNameBytes = 4096
)

func validName(s, of string) bool {
	return s != "" && len(s) <= maxNameBytes && strings.Trim(s, of) == ""
}

// checkNames refuses entries whose files would be outside of the kit's folder, and names that would
// be something else where they are used.
func (k *Kit) checkNames() error {
	for i := range k.Drivers {
		if d := &k.Drivers[i]; d.Root != "" && !validName(d.Root, symbolName) {
			return fmt.Errorf("driver %q: root %q is no symbol's name", d.Name, d.Root)
		}
		for _, s := range k.Drivers[i].Serves {
			if !s.valid() {
				return fmt.Errorf("driver %q: %q is no service", k.Drivers[i].Name, s)
			}
		}
	}
	return nil
}

func checkModules(list []Module) error {
	for i := range list {
		m := &list[i]
		if !validName(m.Name, moduleName) {
			return fmt.Errorf("module %q: that is no module's name", m.Name)
		}
		if want := path.Join("modules", m.Name+".so"); m.File != want {
			return fmt.Errorf("module %q: its file is %q, not %s", m.Name, m.File, want)
		}
		for _, a := range m.Aliases {
			if !validAlias(a) {
				return fmt.Errorf("module %q: alias %q has other than letters, digits and :._-", m.Name, a)
			}
		}
	}
	return nil
}
