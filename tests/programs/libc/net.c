// Addresses and names of the network, resolver's messages, users and groups from files of the test's own, and the log.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <errno.h>
#include <grp.h>
#include <ifaddrs.h>
#include <mntent.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/ether.h>
#include <netinet/in.h>
#include <pwd.h>
#include <resolv.h>
#include <shadow.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <aliases.h>
#include <sys/socket.h>
#include <syslog.h>
#include <unistd.h>
#include <utmp.h>
#include <utmpx.h>

#define E(call) (errno = 0, shown = (long)(call), printf("%s: %ld %d\n", #call, shown, shown == -1 ? errno : 0))
#define T(text) (printf("%s: %s\n", #text, text))
#define D(type, name, ...) extern type name(__VA_ARGS__)
static long shown;
D(unsigned, __ns_get16, const unsigned char *); D(unsigned long, __ns_get32, const unsigned char *); D(unsigned, _getshort, const unsigned char *); D(unsigned, _getlong, const unsigned char *); 
D(int, __ns_name_compress, const char *, unsigned char *, size_t, const unsigned char **, const unsigned char **); D(int, __ns_name_skip, const unsigned char **, const unsigned char *); D(int, __ns_name_uncompress, const unsigned char *, const unsigned char *, const unsigned char *, char *, size_t);
D(int, __libc_dn_expand, const unsigned char *, const unsigned char *, const unsigned char *, char *, int); D(int, __libc_dn_skipname, const unsigned char *, const unsigned char *); D(int, __libc_ns_makecanon, const char *, char *, size_t); D(int, __libc_ns_samename, const char *, const char *); D(int, __libc_res_dnok, const char *); D(int, __libc_res_hnok, const char *); D(struct cmsghdr *, __cmsg_nxthdr, struct msghdr *, struct cmsghdr *);  

static void addresses(void)
{
	struct in6_addr a6;
	struct in_addr a;
	char b[100];
	struct ether_addr e;
	struct sockaddr_in sin = { AF_INET, htons(80), { htonl(0x7f000001) } };
	char host[64], serv[32];

	T(inet_ntoa((struct in_addr){ htonl(0x01020304) })), E(inet_aton("1.2.3", &a)), E(ntohl(a.s_addr)), E(inet_aton("1.2.3.4 x", &a)), E(inet_aton("0x7f.1", &a)), E(inet_aton("256.1", &a)), E(inet_addr("1.2.3.4")), E(inet_network("127.1")), E(inet_lnaof(a)), E(inet_netof(a)), E(inet_makeaddr(10, 5).s_addr), E(inet_pton(AF_INET, "01.2.3.4", &a)), E(inet_pton(AF_INET, "1.2.3.4", &a)), E(inet_pton(AF_INET6, "::ffff:1.2.3.4", &a6)), T(inet_ntop(AF_INET6, &a6, b, 100)), E(inet_pton(AF_INET6, "1::2::3", &a6)), E(inet_pton(99, "x", &a6)), E(inet_ntop(AF_INET6, &a6, b, 3) != NULL), E(inet_pton(AF_INET6, "fe80::1", &a6)), T(inet_ntop(AF_INET6, &a6, b, 100)), T(inet_ntop(AF_INET6, &in6addr_loopback, b, 100)), T(inet_ntop(AF_INET6, &in6addr_any, b, 100));
	E(htons(1)), E(ntohs(1)), E(htonl(1)), T(ether_ntoa(ether_aton("1:2:a:b:c:ff"))), E(ether_aton("1:2") != NULL), T(ether_ntoa_r(&e, b) ? "ok" : "no"), E(ether_aton_r("01:02:03:04:05:06", &e) != NULL), E(ether_line("1:2:3:4:5:6 host # comment", &e, b)), T(b), E(ether_line("# none", &e, b)), E(ether_hostton("uk-none", &e)), E(ether_ntohost(b, &e));
	E(getnameinfo((void *)&sin, sizeof(sin), host, 64, serv, 32, NI_NUMERICHOST | NI_NUMERICSERV)), T(host), T(serv), E(getnameinfo((void *)&sin, 4, host, 64, NULL, 0, 0)), E(getnameinfo((void *)&sin, sizeof(sin), host, 2, NULL, 0, NI_NUMERICHOST)), E(getnameinfo((void *)&sin, sizeof(sin), NULL, 0, NULL, 0, 0)), E(if_nametoindex("uk-none")), E(if_indextoname(9999, b) != NULL), E(sockatmark(-1));
	char control[CMSG_SPACE(4) * 2] = "";
	struct msghdr m = { .msg_control = control, .msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	c->cmsg_len = CMSG_LEN(4), E((char *)__cmsg_nxthdr(&m, c) - (char *)c), c->cmsg_len = 5, E(__cmsg_nxthdr(&m, c) != NULL);
}

static void messages(void)
{
	static const unsigned char reply[] = "\x12\x34\x81\x80\0\1\0\2\0\0\0\0\3www\7example\3com\0\0\1\0\1\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\1\2\3\4\xc0\x10\0\5\0\1\0\0\1\0\0\6\3foo\xc0\x18";
	const unsigned char *p = reply + 12, *end = reply + sizeof(reply) - 1, *dn[5] = { reply, reply + 12, NULL };
	unsigned char q[512];
	char b[256];
	ns_msg h;
	ns_rr rr;

	E(dn_expand(reply, end, reply + 12, b, 256)), T(b), E(dn_expand(reply, end, reply + 33, b, 256)), T(b), E(__libc_dn_expand(reply, end, reply + 12, b, 5)), E(dn_skipname(p, end)), E(__libc_dn_skipname(p, end)), E(dn_comp("www.example.org", q, 100, NULL, NULL)), E(dn_comp("www.example.com", q, 100, dn, dn + 5)), E(dn_comp("a..b", q, 100, NULL, NULL)), E(ns_name_skip(&p, end)), E(p - reply), p = reply + 12, E(__ns_name_skip(&p, end)), E(ns_name_uncompress(reply, end, reply + 12, b, 256)), E(__ns_name_uncompress(reply, end, reply + 33, b, 256)), T(b), E(ns_name_compress("x.y", q, 100, NULL, NULL)), E(__ns_name_compress("x.y", q, 2, NULL, NULL));
	E(ns_initparse(reply, sizeof(reply) - 1, &h)), E(ns_msg_id(h)), E(ns_msg_count(h, ns_s_an)), E(ns_parserr(&h, ns_s_qd, 0, &rr)), T(ns_rr_name(rr)), E(ns_parserr(&h, ns_s_an, 0, &rr)), E(ns_rr_type(rr)), E(ns_rr_ttl(rr)), E(ns_rr_rdlen(rr)), E(ns_parserr(&h, ns_s_an, 1, &rr)), T(ns_rr_name(rr)), E(ns_parserr(&h, ns_s_an, 5, &rr)), E(ns_initparse(reply, 11, &h)), E(ns_skiprr(reply + 33, end, ns_s_an, 2)), E(ns_get16(reply)), E(__ns_get16(reply)), E(ns_get32(reply)), E(__ns_get32(reply)), E(_getshort(reply)), E(_getlong(reply)), ns_put16(0x1234, q), ns_put32(0x12345678, q + 2), E(q[0]), E(q[5]), __putshort(0x4321, q), __putlong(5, q), E(q[3]);
	E(ns_samename("A.b.", "a.B")), E(ns_samename("a", "b")), E(__libc_ns_samename("a", "A.")), E(ns_samedomain("x.a.b", "a.b")), E(ns_samedomain("xa.b", "a.b")), E(ns_subdomain("x.a", "a")), E(ns_subdomain("a", "a")), E(ns_makecanon("a.b", b, 256)), T(b), E(__libc_ns_makecanon("a.b.", b, 5)), E(ns_makecanon("long.name", b, 5)), E(res_hnok("a-b.c")), E(res_hnok("a_b")), E(res_hnok("-a")), E(res_dnok("a_b")), E(res_dnok("a b")), E(res_mailok("a\\.b.c")), E(res_mailok("x")), E(res_ownok("*.a")), E(res_ownok("a*")), E(__libc_res_hnok("x")), E(__libc_res_dnok("x"));
	memset(q, 0, sizeof(q)), E(res_mkquery(0, "www.example.com", 1, 1, NULL, 0, NULL, q, 512)), E(q[12]), E(q[2]), E(res_mkquery(0, "x", 1, 1, NULL, 0, NULL, q, 5));
	T(hstrerror(1)), T(hstrerror(99)), T(hstrerror(-1)), *__h_errno_location() = 2, herror("herror"), herror(NULL), T(gai_strerror(EAI_NONAME)), E(h_errno), E(__res_state() != NULL);
}

static void databases(void)
{
	struct passwd pw, *p;
	struct group gr, *g;
	struct spwd sp, *s;
	char b[1000];
	FILE *f = fopen("/tmp/uk-net", "w+");

	fputs("root:x:0:0:Super User:/root:/bin/sh\nbad line\nuser:*:1000:100::/home/user:\n", f), rewind(f), p = fgetpwent(f), printf("%s %d %s %s\n", p->pw_name, p->pw_uid, p->pw_gecos, p->pw_shell), E(fgetpwent_r(f, &pw, b, 1000, &p)), T(pw.pw_name), T(pw.pw_dir), E(fgetpwent_r(f, &pw, b, 1000, &p)), E(p != NULL), rewind(f), E(fgetpwent_r(f, &pw, b, 5, &p));
	freopen("/tmp/uk-net", "w+", f), E(putpwent(&(struct passwd){ "n", "p", 1, 2, "g", "d", "s" }, f)), E(putpwent(&(struct passwd){ "n:", "p", 1, 2, "g", "d", "s" }, f)), rewind(f), E(fgets(b, 1000, f) != NULL), T(b), freopen("/tmp/uk-net", "w+", f), fputs("root:x:0:\nwheel:x:10:a,b\n", f), rewind(f), g = fgetgrent(f), printf("%s %d %d\n", g->gr_name, g->gr_gid, g->gr_mem[0] != NULL), E(fgetgrent_r(f, &gr, b, 1000, &g)), T(gr.gr_mem[1]), E(fgetgrent_r(f, &gr, b, 1000, &g));
	freopen("/tmp/uk-net", "w+", f), E(putgrent(&(struct group){ "g", "p", 5, (char *[]){ "a", "b", NULL } }, f)), rewind(f), E(fgets(b, 1000, f) != NULL), T(b), freopen("/tmp/uk-net", "w+", f), fputs("root:*:19000:0:99999:7:::\n", f), rewind(f), s = fgetspent(f), printf("%s %ld %ld %ld\n", s->sp_namp, s->sp_lstchg, s->sp_max, s->sp_inact), rewind(f), E(fgetspent_r(f, &sp, b, 1000, &s)), T(sp.sp_namp), s = sgetspent("u:p:1:2:3:4:5:6:7"), printf("%s %ld %lu\n", s->sp_namp, s->sp_min, s->sp_flag), E(sgetspent_r("v::::::::", &sp, b, 1000, &s)), E(sp.sp_min), freopen("/tmp/uk-net", "w+", f), E(putspent(&sp, f)), rewind(f), E(fgets(b, 1000, f) != NULL), T(b), fclose(f), unlink("/tmp/uk-net");
	E((p = getpwnam("root")) != NULL), E(p->pw_uid), E(getpwnam("uk-none") != NULL), E(getpwnam_r("root", &pw, b, 1000, &p)), E(getpwnam_r("root", &pw, b, 2, &p)), E(getpwuid_r(0, &pw, b, 1000, &p)), T(pw.pw_name), E(getpwuid_r(12345678, &pw, b, 1000, &p)), setpwent(), E(getpwent() != NULL), E(getpwent_r(&pw, b, 1000, &p)), endpwent(), E(getpw(0, b)), E((g = getgrnam("root")) != NULL), E(getgrnam("uk-none") != NULL), E(getgrnam_r("root", &gr, b, 1000, &g)), E(getgrgid_r(0, &gr, b, 1000, &g)), T(gr.gr_name), setgrent(), E(getgrent() != NULL), E(getgrent_r(&gr, b, 1000, &g)), endgrent(), E(getgrouplist("uk-none", 5, (gid_t[5]){ 0 }, (int[1]){ 5 })), E(getspnam("uk-none") != NULL), E(getspnam_r("uk-none", &sp, b, 1000, &s)), setspent(), endspent();
	struct servent *se; struct protoent *pr; struct servent ser; struct protoent pro; struct netent *ne, net; struct hostent *he, hos; struct rpcent *rp;
	int err;
	E((se = getservbyname("http", "tcp")) != NULL), E(ntohs(se->s_port)), E((se = getservbyport(htons(22), "tcp")) != NULL), T(se->s_name), E(getservbyname("uk-none", NULL) != NULL), E(getservbyname_r("ssh", "tcp", &ser, b, 1000, &se)), T(ser.s_name), E(getservbyport_r(htons(53), "udp", &ser, b, 1000, &se)), T(ser.s_name), setservent(0), endservent(), E((pr = getprotobyname("tcp")) != NULL), E(pr->p_proto), E((pr = getprotobynumber(17)) != NULL), T(pr->p_name), E(getprotobyname_r("udp", &pro, b, 1000, &pr)), E(pro.p_proto), E(getprotobynumber_r(1, &pro, b, 1000, &pr)), T(pro.p_name), setprotoent(0), E(getprotoent() != NULL), endprotoent();
	E(getnetbyname("uk-none") != NULL), setnetent(0), endnetent(), sethostent(0), endhostent(), E(innetgr("g", "h", "u", "d")), setrpcent(0), endrpcent(), E((he = gethostbyname("127.0.0.1")) != NULL), T(he->h_name), E(*(int *)he->h_addr_list[0]), E((he = gethostbyname2("::1", AF_INET6)) != NULL), E(he->h_length), E(gethostbyname_r("1.2.3.4", &hos, b, 1000, &he, &err)), T(hos.h_name), E(gethostbyname2_r("::2", AF_INET6, &hos, b, 1000, &he, &err)), E(gethostbyname_r("1.2.3.4", &hos, b, 10, &he, &err));
	struct addrinfo *ai, hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM };
	E(getaddrinfo("1.2.3.4", "80", &hints, &ai)), E(ai->ai_family), E(ai->ai_addrlen), freeaddrinfo(ai), E(getaddrinfo("nonsense", "80", &hints, &ai)), E(getaddrinfo("1.2.3.4", "http", &hints, &ai)), E(getaddrinfo(NULL, NULL, &hints, &ai)), hints.ai_family = 99, E(getaddrinfo("1.2.3.4", NULL, &hints, &ai)), hints.ai_family = 0, hints.ai_flags = 0x80000000, E(getaddrinfo("1.2.3.4", NULL, &hints, &ai));
	E(setmntent("/none", "r") != NULL), E(endmntent(NULL)), openlog("uk", LOG_PID, LOG_USER), E(setlogmask(LOG_UPTO(LOG_ERR))), E(setlogmask(0)), syslog(LOG_INFO, "%m"), closelog(), setutent(), endutent(), setutxent(), endutxent(), setusershell(), E(getusershell() != NULL), endusershell(), setaliasent(), endaliasent();
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	dup2(1, 2);
	addresses(), messages(), databases();
	return 0;
}
