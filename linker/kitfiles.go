package linker

import "path/filepath"

// kitFiles are the archives of a kit, each read when it is first asked for, and their members, each
// parsed once: a link chooses members and later looks for what keeps them.
type kitFiles struct {
	dir      string
	archives map[string][]ArchiveMember
	objects  map[memberPlace]*object
	traced   map[string]int // system calls that go through the tracer; nil: none, see trace.go
}

// memberPlace is a member of an archive, in which names may be there twice.
type memberPlace struct {
	archive string
	offset  int64
}

func newKitFiles(dir string) *kitFiles {
	return &kitFiles{dir: dir, archives: map[string][]ArchiveMember{}, objects: map[memberPlace]*object{}}
}

// path is the archive's file.
func (k *kitFiles) path(name string) string { return filepath.Join(k.dir, name) }

// members returns those of the archive called name.
func (k *kitFiles) members(name string) ([]ArchiveMember, error) {
	if m, ok := k.archives[name]; ok {
		return m, nil
	}
	if name == traceArchive {
		k.archives[name] = k.thunks()
		return k.archives[name], nil
	}
	m, err := ReadArchiveFile(k.path(name))
	if err == nil && k.traced != nil {
		m, err = k.traceMembers(name, m)
	}
	if err == nil {
		k.archives[name] = m
	}
	return m, err
}

// object parses a member of the archive called name.
func (k *kitFiles) object(name string, m ArchiveMember) (*object, error) {
	at := memberPlace{name, m.Offset}
	if o := k.objects[at]; o != nil {
		return o, nil
	}
	o, err := parseObject(name+"("+m.Name+")", m.Data)
	if err == nil {
		k.objects[at] = o
	}
	return o, err
}
