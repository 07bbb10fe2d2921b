package kvmboot

import (
	"os"
	"path/filepath"

	"uk.example/internal/outfile"
	"uk.example/kvmboot/guestmem"
)

// WriteModule writes ModuleFile.
func (cfg *Config) WriteModule(root string, behind []byte) (string, error) {
	name, err := filepath.Abs(cfg.ModuleFile)
	if err != nil {
		return "", err
	}
	var data []byte
	if root != "" {
		if data, err = os.ReadFile(root); err != nil {
			return "", err
		}
		data = append(data, make([]byte, -len(data)&(guestmem.PageSize-1))...)
	}
	return name, outfile.Write(name, append(data, behind...))
}
