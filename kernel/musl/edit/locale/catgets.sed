# A catalog that could not be opened.
s/^\tconst char \*map = \(const char \*\)catd;$/\tif (catd == (nl_catd)-1) return (char *)s;\n&/
