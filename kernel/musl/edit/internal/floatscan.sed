# For scanf(), an exponent without digits is read and does not count, "nan" ends there, and errno stays.
/LLONG_MIN\) \{/,/e[12]0? = 0;/{
	s/shlim\(f, 0\);//
	s/return 0;//
}
s/^\t\tif \(shgetc\(f\) != '\('\) \{$/\t\tif (!pok) return NAN;\n&/
s/^\t+errno = EINVAL;$/\t\tif (pok) errno = EINVAL;/
