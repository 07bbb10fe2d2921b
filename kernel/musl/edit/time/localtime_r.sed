# As far as the year of universal time is an int.
s/\*t < INT_MIN \* 31622400LL \|\| \*t > INT_MAX \* 31622400LL/*t < -67768040609740800 || *t > 67768036191676799/
