package uk

import (
	"context"

	"uk.example/internal/explain"
	"uk.example/internal/report"
)

// ReportOptions say what [Report] looks at.
type ReportOptions = explain.ReportOptions

// MeasureOptions say how [Report] boots the image to measure it.
type MeasureOptions = explain.MeasureOptions

// ImageReport says what an image is made of, what of it can be attacked, and, if
// it was booted, how long that took and what memory it used; docs/report.md
// describes its fields.
type ImageReport = report.Report

// Report reports on an image, or on a kernel with its link map beside it. Where
// an image cannot be booted because there is no KVM, the report says so and lacks
// what was to be measured.
func Report(ctx context.Context, path string, opt ReportOptions) (*ImageReport, error) {
	return explain.MakeReport(ctx, path, opt)
}

// WhyOptions say how [Why] looks.
type WhyOptions = explain.WhyOptions

// A Chain says why one section of a kernel is there: its cause, and the steps
// from there, each of which refers to the next.
type Chain = report.Chain

// Why tells what keeps name in a kernel: the chain from a symbol that a file of
// the image imports, a line of the profile, a system call or the boot down to
// it. Path is an image or a kernel with its link map beside it; name a function
// or variable, a section, an archive member, a driver, a system call or a
// subsystem.
func Why(ctx context.Context, path, name string, opt WhyOptions) ([]Chain, error) {
	return explain.Why(ctx, path, name, opt)
}
