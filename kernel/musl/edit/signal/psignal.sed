# An empty prefix is none.
s/msg\?/msg \&\& *msg ?/g
