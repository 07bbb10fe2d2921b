# A key that is none.
s/^int __pthread_key_delete\(pthread_key_t k\)$/&/
/^int __pthread_key_delete/,/^\{/s/^\{$/{\n\tif (k >= PTHREAD_KEYS_MAX || !keys[k]) return EINVAL;/
