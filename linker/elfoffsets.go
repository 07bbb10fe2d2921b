package linker

const pageSize = 4096

// Offsets in ELF64 headers and sizes of their entries (System V ABI, "ELF Header", "Program Header").
const (
	ehSize, phSize, shSize, symSize, relaSize = 64, 56, 64, 24, 24

	ehPhoff, ehShoff    = 32, 40
	ehPhnum             = 56
	ehShnum, ehShstrndx = 60, 62
)
