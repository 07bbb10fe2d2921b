# The name, and the bytes of it that change.
s/tmpnam_XXXXXX/fileXXXXXX/
s/s\+12/s+9/
