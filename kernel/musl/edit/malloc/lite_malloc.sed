# Which allocator it is decides what is linked, not whether anything is freed (src/heap).
/^weak_alias\(__simple_malloc, __libc_malloc_impl\);$/d
