/* The same records by their second names. */
#include "../alias.h"

ALIAS(setutxent, setutent)
ALIAS(endutxent, endutent)
ALIAS(getutxent, getutent)
ALIAS(getutxid, getutid)
ALIAS(getutxline, getutline)
ALIAS(pututxline, pututline)
ALIAS(updwtmpx, updwtmp)
ALIAS(utmpxname, utmpname)
