package interpreters

import (
	"os"
	"path"
	"slices"
	"strings"

	"uk.example/internal/bounded"
)

// maxRecord bounds the list of a distribution's files, in bytes.
const maxRecord = 16 << 20

// distribution adds what was installed with the module or package name of Python, where no import names
// it: modules beside it (the compiled part of a package may be one), and the description by which
// importlib.metadata tells versions and entry points.
func (s *search) distribution(name string) {
	dir, top := path.Split(name)
	dir = path.Clean(dir)
	if !s.l.pyc || !slices.Contains(s.im.packages, dir) {
		return
	}
	all := s.distributions[dir]
	if all == nil {
		all = readDistributions(dir)
		if s.distributions == nil {
			s.distributions = map[string]map[string][]string{}
		}
		s.distributions[dir] = all
	}
	for _, info := range all[top] {
		if s.seen[path.Join(dir, info)] {
			continue
		}
		for other, infos := range all {
			f := path.Join(dir, other)
			if st, err := os.Stat(f); err == nil && st.Mode().IsRegular() && slices.Contains(infos, info) {
				s.add(f)
				s.file(f)
			}
		}
		s.tree(path.Join(dir, info))
	}
}

// readDistributions reports, for a folder of packages, which distributions put each name there: files by their
// name, and modules and packages also without an ending. The lists are RECORD of wheels (Python's
// packaging specifications, "Recording installed projects"), and top_level.txt of eggs.
func readDistributions(dir string) map[string][]string {
	all := map[string][]string{}
	list, _ := os.ReadDir(dir)
	for _, e := range list {
		info := e.Name()
		record := ""
		switch {
		case !e.IsDir():
		case strings.HasSuffix(info, ".dist-info"):
			record = "RECORD"
		case strings.HasSuffix(info, ".egg-info"):
			record = "top_level.txt"
		}
		if record == "" {
			continue
		}
		text, err := bounded.ReadRegular(path.Join(dir, info, record), maxRecord)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(text)) {
			file, _, _ := strings.Cut(strings.TrimSpace(line), ",")
			top, _, _ := strings.Cut(file, "/")
			module, _, _ := strings.Cut(top, ".")
			for _, name := range []string{top, module} {
				if name != "" && name != info && !slices.Contains(all[name], info) {
					all[name] = append(all[name], info)
				}
			}
		}
	}
	return all
}
