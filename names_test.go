package uk_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"uk"
	"uk/kvmboot"
	"uk/linker"
	"uk/symbols"
)

// What users of the package can name, though it is of an internal package.
var named = []any{
	uk.ImageReport{}, uk.ReportImage{}, uk.ReportSizes{}, uk.ReportFilePart{}, uk.ReportGNUSize{}, uk.ReportSegment{},
	uk.ReportSection{}, uk.ReportCause{}, uk.ReportDriver{}, uk.ReportCost{}, uk.ReportSurface{}, uk.ReportParser{},
	uk.ReportModuleList{}, uk.ReportModule{}, uk.ReportFiles{}, uk.ReportFile{}, uk.ReportSites{}, uk.ReportTrapSite{}, uk.ReportSubtree{}, uk.ReportRuntime{},
	uk.ReportMoment{}, uk.ReportGuest{}, uk.ReportRunner{}, uk.ReportProcess{},
	uk.ReportDiff{}, uk.ReportDelta{}, uk.ReportLists{},
	uk.Chain{}, uk.ChainCause{}, uk.ChainStep{}, uk.ChainSaving{},
	uk.DiskResult{}, uk.DiskFormat(""), uk.OptionError{},
}

// TestNames walks what the package's types are made of: none may be of an internal package without a
// name here.
func TestNames(t *testing.T) {
	have, seen := map[reflect.Type]bool{}, map[reflect.Type]bool{}
	for _, x := range named {
		have[reflect.TypeOf(x)] = true
	}
	var walk func(reflect.Type, string)
	walk = func(x reflect.Type, from string) {
		if seen[x] {
			return
		}
		seen[x] = true
		if strings.Contains(x.PkgPath(), "/internal/") && !have[x] {
			t.Errorf("%s, in %s, has no name outside: add one to report_types.go, and here", x, from)
		}
		switch x.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
			if x.Kind() == reflect.Map {
				walk(x.Key(), from)
			}
			walk(x.Elem(), from)
		case reflect.Struct:
			for i := range x.NumField() {
				if f := x.Field(i); f.IsExported() {
					walk(f.Type, x.String()+"."+f.Name)
				}
			}
		}
	}
	for _, x := range append(named, uk.Image{}, uk.Plan{}, uk.Report{}, uk.ModuleReport{}, uk.Options{}, uk.RunOptions{}, uk.DiskOptions{},
		uk.ReportOptions{}, uk.ConfigExplanation{}, uk.ConfigProfile{}, uk.ConfigTable{}, uk.DeviceModel{}, kvmboot.Config{}, kvmboot.Status{},
		linker.Options{}, linker.Result{}, linker.Map{}, symbols.Result{}) {
		walk(reflect.TypeOf(x), "the list of this test")
	}
}

// TestOptionError tells a wrong value of an option from other faults.
func TestOptionError(t *testing.T) {
	for _, tt := range []struct {
		opt    uk.Options
		option string // "": it is no fault of an option
	}{
		{uk.Options{Binary: "/bin/true", CPUs: kvmboot.MaxCPUs + 1}, "CPUs"},
		{uk.Options{Binary: "/bin/true", Memory: 1}, "Memory"},
		{uk.Options{Binary: "/bin/true", Cwd: "here"}, "Cwd"},
		{uk.Options{Binary: "/bin/true", Libc: "none"}, "Libc"},
		{uk.Options{Binary: "/bin/none"}, ""},
	} {
		_, err := uk.Resolve(t.Context(), tt.opt)
		var bad *uk.OptionError
		switch {
		case err == nil:
			t.Errorf("%+v: no error", tt.opt)
		case errors.As(err, &bad) != (tt.option != "") || bad != nil && bad.Option != tt.option:
			t.Errorf("%q: option %+v, want %q", err, bad, tt.option)
		}
	}
}
