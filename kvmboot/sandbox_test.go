package kvmboot

import (
	"slices"
	"testing"

	"uk.example/internal/confine/policy"
)

// TestMachineRequests: a confined machine makes the ioctls that it makes once it is set up, no others.
func TestMachineRequests(t *testing.T) {
	want := []uint64{
		kvmRun, kvmSignalMSI, kvmIRQLine, kvmIOEventFD, kvmSetUserMemoryRegion,
		kvmGetRegs, kvmSetRegs, kvmGetSregs, kvmSetGuestDebug, kvmGetMSRs, kvmGetTSCKHz, // reports of failures, marks
		kvmSetSregs, kvmGetXSAVE, kvmSetXSAVE, // a debugger
	}
	if !slices.Equal(policy.MachineRequests, want) {
		t.Errorf("%#x, want %#x", policy.MachineRequests, want)
	}
}
