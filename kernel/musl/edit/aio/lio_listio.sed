# The mode is checked.
s/^\tif \(cnt < 0\) \{$/\tif (cnt < 0 || mode != LIO_WAIT \&\& mode != LIO_NOWAIT) {/
