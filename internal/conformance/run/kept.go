package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"uk.example/internal/conformance"
)

// kept are the reports of a run. With a file they outlive it: a run that is
// stopped, or started again for more suites, goes on with the units that the
// file does not have. The file is a JSON object for each report, without what
// the guest printed.
type kept struct {
	reports []*conformance.Report
	file    *os.File
}

// openKept reads the reports that an earlier run left for some of the units, and
// gives the units that are left. Differences are explained anew.
func openKept(name string, units []conformance.Unit, reasons conformance.Reasons) ([]conformance.Unit, *kept, error) {
	k := &kept{}
	if name == "" {
		return units, k, nil
	}
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, nil, err
	}
	k.file = f
	end := int64(0)
	for d := json.NewDecoder(f); ; end = d.InputOffset() {
		var r conformance.Report
		if err := d.Decode(&r); errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break // also a line that the earlier run did not finish
		} else if err != nil {
			return nil, nil, errors.Join(fmt.Errorf("%s: after byte %d: %w; remove the file to start anew", name, end, err), k.close())
		}
		i := slices.IndexFunc(units, func(u conformance.Unit) bool { return u.Suite == r.Suite && u.Name == r.Unit })
		if i < 0 {
			continue
		}
		for j, d := range r.Differences {
			r.Differences[j].Reason = reasons.Of(d.Unit, d.Test)
		}
		units = slices.Delete(units, i, i+1)
		k.reports = append(k.reports, &r)
	}
	if err := f.Truncate(end); err != nil {
		return nil, nil, errors.Join(err, k.close())
	}
	_, err = f.Seek(end, io.SeekStart)
	return units, k, err
}

// add keeps one more report.
func (k *kept) add(r *conformance.Report) error {
	k.reports = append(k.reports, r)
	if k.file == nil {
		return nil
	}
	short := *r
	short.Output = ""
	b, err := json.Marshal(short)
	if err != nil {
		return err
	}
	_, err = k.file.Write(append([]byte("\n"), b...))
	return err
}

func (k *kept) close() error {
	if k.file == nil {
		return nil
	}
	return k.file.Close()
}
