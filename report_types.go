package uk

import "uk/internal/report"

// What an [ImageReport] is made of.
type (
	// ReportImage says which image a report is of.
	ReportImage = report.Image
	// ReportSizes are the bytes of the kernel, in its file and in memory.
	ReportSizes = report.Sizes
	// ReportFilePart is a part of the kernel's file.
	ReportFilePart = report.FilePart
	// ReportGNUSize is the kernel as size(1) counts it.
	ReportGNUSize = report.GNUSize
	// ReportSegment is a loaded segment of the kernel.
	ReportSegment = report.Segment
	// ReportSection is a section of the kernel in memory.
	ReportSection = report.SectionSum
	// ReportCause is what the kernel holds for one kind of cause.
	ReportCause = report.CauseSum
	// ReportDriver is what a driver costs.
	ReportDriver = report.DriverSum
	// ReportCost is what an exported symbol costs.
	ReportCost = report.CauseCost
	// ReportSurface is what can be attacked.
	ReportSurface = report.Surface
	// ReportParser is code that reads what comes from outside.
	ReportParser = report.Parser
	// ReportModuleList are the modules of the kernel.
	ReportModuleList = report.Modules
	// ReportModule is one of them.
	ReportModule = report.Module
	// ReportFiles are the files of the root file system.
	ReportFiles = report.Files
	// ReportFile is one of them.
	ReportFile = report.File
	// ReportSites are the syscall instructions of a file.
	ReportSites = report.Sites
	// ReportTrapSite is one that stays an instruction.
	ReportTrapSite = report.TrapSite
	// ReportSubtree is a subsystem, an archive member or a function of the kernel.
	ReportSubtree = report.Subtree
	// ReportRuntime is what booting the image showed.
	ReportRuntime = report.Runtime
	// ReportMoment is a moment of the boot.
	ReportMoment = report.Moment
	// ReportGuest is the guest's use of its memory.
	ReportGuest = report.GuestUse
	// ReportRunner is what running the guest takes of the host.
	ReportRunner = report.RunnerUse
	// ReportProcess is what the host says of a runner's process.
	ReportProcess = report.Process
)

// What a [ReportDiff] is made of.
type (
	// ReportDelta is one figure of both reports.
	ReportDelta = report.Delta
	// ReportLists are the members of a set that only one of the two has.
	ReportLists = report.Lists
)

// What a [Chain] is made of.
type (
	// ChainCause is where a chain begins.
	ChainCause = report.Cause
	// ChainStep is one section of a chain.
	ChainStep = report.Step
	// ChainSaving is what a kernel without the symbol has less.
	ChainSaving = report.Saving
)
