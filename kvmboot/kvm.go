package kvmboot

//lint:file-ignore U1000 the structures have all fields that KVM knows

import "encoding/binary"

// Requests of Linux's KVM interface (Documentation/virt/kvm/api.rst); the
// numbers encode direction and the size of the structures below, which
// kvm_test.go checks.
const (
	kvmGetAPIVersion       = 0xae00
	kvmCreateVM            = 0xae01
	kvmCheckExtension      = 0xae03
	kvmGetVCPUMmapSize     = 0xae04
	kvmGetSupportedCPUID   = 0xc008ae05
	kvmCreateVCPU          = 0xae41
	kvmSetUserMemoryRegion = 0x4020ae46
	kvmSetTSSAddr          = 0xae47
	kvmSetIdentityMapAddr  = 0x4008ae48
	kvmCreateIRQChip       = 0xae60
	kvmIRQLine             = 0x4008ae61
	kvmCreatePIT2          = 0x4040ae77
	kvmIOEventFD           = 0x4040ae79
	kvmRun                 = 0xae80
	kvmGetRegs             = 0x8090ae81
	kvmSetRegs             = 0x4090ae82
	kvmGetSregs            = 0x8138ae83
	kvmSetSregs            = 0x4138ae84
	kvmSetCPUID2           = 0x4008ae90
	kvmEnableCap           = 0x4068aea3
	kvmGetTSCKHz           = 0xaea3
	kvmSignalMSI           = 0x4020aea5
)

// Exit reasons in kvm_run.
const (
	exitUnknown       = 0
	exitIO            = 2
	exitHLT           = 5
	exitMMIO          = 6
	exitShutdown      = 8
	exitFailEntry     = 9
	exitIntr          = 10
	exitInternalError = 17
	exitSystemEvent   = 24
)

type kvmMemoryRegion struct {
	slot, flags   uint32
	guestPhysAddr uint64
	memorySize    uint64
	userspaceAddr uint64
}

type kvmRegs struct {
	rax, rbx, rcx, rdx, rsi, rdi, rsp, rbp uint64
	r8, r9, r10, r11, r12, r13, r14, r15   uint64
	rip, rflags                            uint64
}

type kvmSegment struct {
	base                           uint64
	limit                          uint32
	selector                       uint16
	typ, present, dpl, db, s, l, g uint8
	avl, unusable, _               uint8
}

type kvmDTable struct {
	base  uint64
	limit uint16
	_     [3]uint16
}

type kvmSregs struct {
	cs, ds, es, fs, gs, ss, tr, ldt kvmSegment
	gdt, idt                        kvmDTable
	cr0, cr2, cr3, cr4, cr8         uint64
	efer, apicBase                  uint64
	interruptBitmap                 [4]uint64
}

type kvmCPUIDEntry struct {
	function, index, flags uint32
	eax, ebx, ecx, edx     uint32
	_                      [3]uint32
}

const maxCPUIDEntries = 256

type kvmCPUID2 struct {
	nent, _ uint32
	entries [maxCPUIDEntries]kvmCPUIDEntry
}

type kvmEnableCapArgs struct {
	cap, flags uint32
	args       [4]uint64
	_          [64]uint8
}

type kvmIRQLevel struct{ irq, level uint32 }

type kvmPITConfig struct {
	flags uint32
	_     [15]uint32
}

// kvmMSI is a message signaled interrupt: a write of data to address, which
// the local APICs take up.
type kvmMSI struct {
	address uint64
	data    uint32
	_       [20]uint8
}

type kvmIOEventFDArgs struct {
	datamatch, addr uint64
	len             uint32
	fd              int32
	flags           uint32
	_               [36]uint8
}

// runPage is the structure kvm_run that KVM shares with its user, one a vCPU.
// The kernel writes it only while KVM_RUN is under way.
type runPage []byte

func (r runPage) setImmediateExit(v byte) { r[1] = v }
func (r runPage) reason() uint32          { return binary.LittleEndian.Uint32(r[8:]) }

// ioExit is the union member of KVM_EXIT_IO; data is count items of size bytes.
type ioExit struct {
	out   bool
	port  uint16
	size  int
	count int
	data  []byte
}

func (r runPage) io() ioExit {
	e := ioExit{
		out:   r[32] == 1,
		size:  int(r[33]),
		port:  binary.LittleEndian.Uint16(r[34:]),
		count: int(binary.LittleEndian.Uint32(r[36:])),
	}
	off := binary.LittleEndian.Uint64(r[40:])
	n := uint64(e.size) * uint64(e.count)
	if off <= uint64(len(r)) && n <= uint64(len(r))-off {
		e.data = r[off : off+n]
	}
	return e
}

// mmioExit is the union member of KVM_EXIT_MMIO.
type mmioExit struct {
	addr  uint64
	data  []byte
	write bool
}

func (r runPage) mmio() mmioExit {
	n := min(binary.LittleEndian.Uint32(r[48:]), 8)
	return mmioExit{addr: binary.LittleEndian.Uint64(r[32:]), data: r[40 : 40+n], write: r[52] != 0}
}

func (r runPage) u32(off int) uint32 { return binary.LittleEndian.Uint32(r[off:]) }
func (r runPage) u64(off int) uint64 { return binary.LittleEndian.Uint64(r[off:]) }
