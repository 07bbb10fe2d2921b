package uk

import (
	"context"

	"uk.example/internal/image"
	"uk.example/internal/launch"
	"uk.example/internal/machines"
	"uk.example/kvmboot"
)

// Virtual machine monitors of RunOptions.VMM, and accelerators of RunOptions.Accel.
const (
	VMMBuiltin = launch.VMMBuiltin
	VMMQEMU    = launch.VMMQEMU
	VMMAuto    = launch.VMMAuto
	AccelKVM   = launch.AccelKVM
	AccelTCG   = launch.AccelTCG
)

// RunOptions say how an image is run: the program's arguments, environment and
// streams, the machine, and its devices. Empty fields leave the choice to the
// image, or else to the defaults.
type RunOptions = launch.Options

// What fields of [RunOptions] hold.
type (
	// Share is a folder of the host that the guest has, too.
	Share = image.Share
	// GDBOptions ask for a run under gdb.
	GDBOptions = launch.GDBOptions
	// TraceOptions ask for lines of the program's system calls.
	TraceOptions = launch.TraceOptions
	// Profile takes samples of what the program does; its methods write them.
	Profile = launch.Profile
)

// Run boots the image and waits for its end. The status is the program's; the
// error tells why there is none, or that ctx ended the run; see [kvmboot.Run].
func (im *Image) Run(ctx context.Context, opt RunOptions) (kvmboot.Status, error) {
	return launch.Run(ctx, im.Bundle, opt)
}

// Print returns what boots the image under a hypervisor, as text: a shell
// command for "qemu" and "cloud-hypervisor", a configuration file for
// "firecracker". Notice of opt is told what the image lacks for it.
func (im *Image) Print(hypervisor string, opt RunOptions) (string, error) {
	return launch.Print(im.Bundle, hypervisor, opt)
}

// Guest is an image that runs in this process, which [Image.Start] started: Stop,
// Kill and Signal end it or give it a signal, Wait waits for its end, and Metrics
// are its figures.
type Guest = launch.Guest

// Start is Run, except that it returns once the program runs. The guest ends
// with ctx, too. An error is that of a guest whose program never ran. Running,
// Live and Signals of opt are for Start itself.
func (im *Image) Start(ctx context.Context, opt RunOptions) (*Guest, error) {
	return launch.Start(ctx, im.Bundle, opt)
}

// Machine is one of this user's machines: what `uk run` started with a name, or
// in the background. Its fields are how it was when it was looked at; its methods
// reach it where it is, in a process of its own: Stop, Kill, Signal, Wait, Logs,
// Attach, Metrics (into a [kvmboot.Metrics]) and Remove. docs/machines.md tells
// what they do.
type Machine = machines.Machine

// What Machine.Logs takes and gives.
type (
	// LogOptions say which lines of a machine's output.
	LogOptions = machines.LogOptions
	// LogEntry is one of them.
	LogEntry = machines.Entry
)

// MachineOptions say how [StartMachine] starts a machine.
type MachineOptions = launch.MachineOptions

// StartMachine starts a machine in the background, as `uk run -d` does, and
// returns it once its program runs. It outlives this process.
func StartMachine(ctx context.Context, opt MachineOptions) (*Machine, error) {
	return launch.StartMachine(ctx, opt)
}

// Machines returns this user's machines, the newest first.
func Machines() ([]*Machine, error) { return launch.Machines() }

// FindMachine returns the machine with this name, or whose id begins so.
func FindMachine(name string) (*Machine, error) { return launch.FindMachine(name) }
