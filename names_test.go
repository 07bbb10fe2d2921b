package uk_test

import (
	"reflect"
	"strings"
	"testing"

	"uk.example"
	"uk.example/kvmboot"
)

// named are the types that a user of the package must be able to write, though other packages define them.
var named = []any{
	uk.Options{}, uk.RunOptions{}, uk.DiskOptions{}, uk.ReportOptions{}, uk.MeasureOptions{}, uk.WhyOptions{}, uk.MachineOptions{},
	uk.LogOptions{}, uk.LogEntry{}, uk.Share{}, uk.GDBOptions{}, uk.TraceOptions{}, uk.Profile{},
}

// TestNames walks what options are made of: none of it may be a structure of an internal package that has no name here.
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
		switch x.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Array:
			walk(x.Elem(), from)
		case reflect.Struct:
			if strings.Contains(x.PkgPath(), "/internal/") && !have[x] {
				t.Errorf("%s, in %s, has no name outside: give it one in this package, and here", x, from)
			}
			for i := range x.NumField() {
				if f := x.Field(i); f.IsExported() {
					walk(f.Type, x.String()+"."+f.Name)
				}
			}
		}
	}
	for _, x := range append(named, kvmboot.Config{}) {
		walk(reflect.TypeOf(x), "the list of this test")
	}
}
