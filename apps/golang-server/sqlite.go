package main

/*
#cgo LDFLAGS: -lsqlite3
#include <sqlite3.h>
#include <stdlib.h>
*/
import "C"

import (
	"errors"
	"strings"
	"sync"
	"unsafe"
)

// database is a connection of SQLite's.
type database struct {
	mu sync.Mutex
	db *C.sqlite3
}

func open(name string) (*database, error) {
	s := C.CString(name)
	defer C.free(unsafe.Pointer(s))
	d := &database{}
	if C.sqlite3_open(s, &d.db) != C.SQLITE_OK {
		return nil, d.failure()
	}
	return d, nil
}

func (d *database) failure() error { return errors.New(C.GoString(C.sqlite3_errmsg(d.db))) }

// exec runs one statement and returns its rows, a line each, with bars between the columns.
func (d *database) exec(query string) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := C.CString(query)
	defer C.free(unsafe.Pointer(s))
	var stmt *C.sqlite3_stmt
	if C.sqlite3_prepare_v2(d.db, s, -1, &stmt, nil) != C.SQLITE_OK {
		return "", d.failure()
	}
	defer C.sqlite3_finalize(stmt)
	var out strings.Builder
	for {
		switch C.sqlite3_step(stmt) {
		case C.SQLITE_DONE:
			return out.String(), nil
		case C.SQLITE_ROW:
			for i := range C.sqlite3_column_count(stmt) {
				if i > 0 {
					out.WriteByte('|')
				}
				out.WriteString(C.GoString((*C.char)(unsafe.Pointer(C.sqlite3_column_text(stmt, i)))))
			}
			out.WriteByte('\n')
		default:
			return "", d.failure()
		}
	}
}
