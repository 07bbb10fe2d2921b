# Bytes that are no character are an error of the stream's.
s/^\t\tif \(l == -1\) \{$/&\n\t\t\tf->flags |= F_ERR;/
