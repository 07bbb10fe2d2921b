package guestview

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"testing"
)

// The numbers here are those that the kernel asserts.
func TestABI(t *testing.T) {
	text, err := os.ReadFile("../../kernel/include/debug_abi.h")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int{}
	for _, m := range regexp.MustCompile(`(?m)^#define (?:D_|DEBUG_)(\w+)\t+(\d+)`).FindAllStringSubmatch(string(text), -1) {
		want[m[1]], _ = strconv.Atoi(m[2])
	}
	for name, n := range map[string]int{
		"ABI_VERSION": ABIVersion, "THREAD_KSTACK_BASE": threadKStackBase, "THREAD_KSTACK_TOP": threadKStackTop, "THREAD_SAVED_RSP": threadSavedRSP, "THREAD_FAULT_ADDRESS": threadFaultAddress,
		"THREAD_TID": threadTID, "THREAD_KEEP_VECTOR": threadKeepVector, "THREAD_XSAVE": threadXSAVE,
		"THREAD_FSBASE": threadFSBase, "THREAD_ALL": threadAll, "THREAD_USER_REGS": threadUserRegs, "THREAD_NAME": threadName, "REGS_SIZE": regsSize,
		"MODULE_BIAS": moduleBias, "MODULE_MAP_NAME": moduleMapName, "MODULE_DYNAMIC": moduleDynamic, "MODULE_NEXT": moduleNext,
		"VMA_START": 0, "VMA_END": areaEnd, "VMA_PROT": areaProt, "VMA_FLAGS": areaFlags, "VMA_FILE": areaFile, "VMA_OFFSET": areaOffset,
	} {
		if got, ok := want[name]; !ok || got != n {
			t.Errorf("%s: %d here, %d in the kernel (%v)", name, n, got, ok)
		}
		delete(want, name)
	}
	if len(want) > 0 {
		t.Error(fmt.Sprint("not known here: ", want))
	}
}
