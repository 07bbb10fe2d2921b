# In glibc a stack stays where it ends.
/^\ta->_a_stackaddr = 0;$/d
