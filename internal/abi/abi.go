// Code generated from kernel/include/uk_abi.h by `go test ./internal/abi -u`; DO NOT EDIT.

package abi

const (
	Version = 1

	PortSerial = 0x3f8
	PortStatus = 0xe9
	PortExit   = 0xf4
	PortSignal = 0xea
	IRQSignal  = 3
	PortMemory = 0xe8
	LazyUnit   = 0x40000000
	MemmapLazy = 0x756b0001

	StatusExit   = 'x'
	StatusSignal = 's'
	StatusPanic  = 'p'
	StatusRuns   = 'r'

	MMIOList  = 0xf0
	MMIOEnd   = 0xf4
	MMIOYield = 0xf8
	ListCount = 63
	ListEntry = 8
	ListRead  = 1

	VirtioIDHostSockets = 0x756b

	CmdArg      = "uk.arg"
	CmdASLR     = "uk.aslr"
	CmdClosed   = "uk.closed"
	CmdConsole  = "uk.console"
	CmdCPUS     = "uk.cpus"
	CmdCWD      = "uk.cwd"
	CmdEnv      = "uk.env"
	CmdExe      = "uk.exe"
	CmdHostname = "uk.hostname"
	CmdIP       = "ip"
	CmdIP6      = "uk.ip6"
	CmdList     = "uk.list"
	CmdMMIO     = "virtio_mmio.device"
	CmdMount    = "uk.mount"
	CmdOverlay  = "uk.overlay"
	CmdRAM      = "uk.ram"
	CmdReady    = "uk.ready"
	CmdRootlba  = "uk.rootlba"
	CmdSignals  = "uk.signals"
	CmdStderr   = "uk.stderr"
	CmdStdin    = "uk.stdin"
	CmdTime     = "uk.time"
	CmdTrace    = "uk.trace"
	CmdTraps    = "uk.traps"
	CmdTSC      = "uk.tsc"
	CmdTTY      = "uk.tty"
	CmdUlimit   = "uk.ulimit"
	CmdUser     = "uk.user"
	CmdVerbose  = "uk.verbose"
	CmdWords    = "uk.words"

	ModulesFolder  = "/usr/lib/uk/modules/"
	ModulesIndex   = "modules.alias"
	ModulesSymbols = "kernel.symbols"
	ModulesLoader  = "loader"
	ModulesFirst   = "loader.first"

	DebugABIVersion = 2

	DThreadKstackBase   = 8
	DThreadKstackTop    = 16
	DThreadSavedRSP     = 24
	DThreadTID          = 88
	DThreadKeepVector   = 96
	DThreadXsave        = 104
	DThreadFsbase       = 112
	DThreadAll          = 136
	DThreadFaultAddress = 192
	DThreadUserRegs     = 40
	DThreadName         = 292

	DRegsSize = 176

	DModuleBias    = 0
	DModuleMapName = 8
	DModuleDynamic = 16
	DModuleNext    = 40

	DVMAStart  = 0
	DVMAEnd    = 8
	DVMAProt   = 16
	DVMAFlags  = 20
	DVMAFile   = 24
	DVMAOffset = 32
)
