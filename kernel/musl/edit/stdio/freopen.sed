# The stream has no orientation again.
s/^\t\tf->close = f2->close;$/&\n\t\tf->mode = 0;/
