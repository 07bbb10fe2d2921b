# aligned_alloc() rounds an odd alignment up here; this one refuses it.
s/^\tif \(align < sizeof\(void \*\)\) return EINVAL;$/\tif (align < sizeof(void *) || align \& (align - 1)) return EINVAL;/
