# One that is locked is busy.
s/^\treturn 0;$/\treturn mutex->_m_lock \& 0x3fffffff ? EBUSY : 0;/
