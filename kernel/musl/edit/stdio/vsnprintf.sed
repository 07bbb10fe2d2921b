# A size beyond INT_MAX is no error, only more room than there can be output.
/^\tif \(n > INT_MAX\) \{$/,/^\t\}$/c\
	if (n > INT_MAX) n = INT_MAX;
