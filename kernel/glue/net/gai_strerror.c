/* gai_strerror() and hstrerror() with glibc's texts. */
#include <netdb.h>

const char *gai_strerror(int err)
{
	switch (err) {
	case EAI_BADFLAGS: return "Bad value for ai_flags";
	case EAI_NONAME: return "Name or service not known";
	case EAI_AGAIN: return "Temporary failure in name resolution";
	case EAI_FAIL: return "Non-recoverable failure in name resolution";
	case -5: return "No address associated with hostname";
	case EAI_FAMILY: return "ai_family not supported";
	case EAI_SOCKTYPE: return "ai_socktype not supported";
	case EAI_SERVICE: return "Servname not supported for ai_socktype";
	case -9: return "Address family for hostname not supported";
	case EAI_MEMORY: return "Memory allocation failure";
	case EAI_SYSTEM: return "System error";
	case -100: return "Processing request in progress";
	case -101: return "Request canceled";
	case -102: return "Request not canceled";
	case -103: return "All requests done";
	case -104: return "Interrupted by a signal";
	case -105: return "Parameter string not correctly encoded";
	}
	return "Unknown error";
}

const char *hstrerror(int err)
{
	static const char *const texts[] = { "Resolver Error 0 (no error)", "Unknown host", "Host name lookup failure",
		"Unknown server error", "No address associated with name" };

	return err < 0 ? "Resolver internal error" : err < 5 ? texts[err] : "Unknown resolver error";
}
