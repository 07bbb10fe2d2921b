/* Nobody runs here with another's rights. */
int __libc_enable_secure = 0;
