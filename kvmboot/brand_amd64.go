package kvmboot

// cpuid executes CPUID with EAX = leaf and ECX = 0: what is in EAX, EBX, ECX and EDX then.
func cpuid(leaf uint32) [4]uint32
