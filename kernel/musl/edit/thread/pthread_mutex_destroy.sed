# One that is locked is busy, unless it is robust, which glibc does not look at.
s/^\treturn 0;$/\treturn mutex->_m_lock \& 0x3fffffff \&\& !(mutex->_m_type \& 4) ? EBUSY : 0;/
