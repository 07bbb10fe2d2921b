# As in glibc, nobody's lock is waited for: a thread may read from the stream as long as the program runs.
/^\tFFINALLOCK\(f\);$/d
