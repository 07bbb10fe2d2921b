/* Remote shells of old: ports that only root may have, rcmd(), and whom hosts.equiv and .rhosts let in. */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include "../glue.h"

int innetgr(const char *, const char *, const char *, const char *);

int __check_rhosts_file = 1;
char *__rcmd_errstr;

enum { LOWEST = 512, HIGHEST = 1023 };

union address {
	struct sockaddr any;
	struct sockaddr_in four;
	struct sockaddr_in6 six;
	struct sockaddr_storage room;
};

int rresvport_af(int *port, sa_family_t family)
{
	union address a = { 0 };
	socklen_t n;
	int s, first;

	if (family == AF_INET)
		n = sizeof(a.four);
	else if (family == AF_INET6)
		n = sizeof(a.six);
	else {
		errno = EAFNOSUPPORT;
		return -1;
	}
	a.any.sa_family = family;
	if ((s = socket(family, SOCK_STREAM, 0)) < 0)
		return -1;
	if (*port < LOWEST || *port > HIGHEST)
		*port = HIGHEST;
	first = *port;
	do {
		a.four.sin_port = htons(*port);		/* at the same place in both */
		if (!bind(s, &a.any, n))
			return s;
		if (errno != EADDRINUSE) {
			close(s);
			return -1;
		}
		if ((*port)-- == LOWEST)
			*port = HIGHEST;
	} while (*port != first);
	close(s);
	errno = EAGAIN;
	return -1;
}

int rresvport(int *port) { return rresvport_af(port, AF_INET); }

/* A connection from a port of root's to one of the host's addresses; tries again for a while, as rshd comes up. */
static int reach(const struct addrinfo *list, int *local)
{
	int s, wait = 1, refused;

	do {
		refused = 0;
		for (const struct addrinfo *a = list; a; a = a->ai_next) {
			s = rresvport_af(local, a->ai_family);
			if (s < 0) {
				fputs(errno == EAGAIN ? "rcmd: socket: All ports in use\n" : "rcmd: socket: ", stderr);
				if (errno != EAGAIN)
					perror(NULL);
				return -1;
			}
			fcntl(s, F_SETOWN, getpid());
			if (!connect(s, a->ai_addr, a->ai_addrlen))
				return s;
			close(s);
			if (errno == EADDRINUSE) {
				--*local;
				refused = 2;
				break;
			}
			refused |= errno == ECONNREFUSED;
		}
		if (refused == 1 && wait <= 16) {
			sleep(wait);
			wait *= 2;
		}
	} while (refused == 2 || refused == 1 && wait <= 16);
	return -1;
}

/* The second connection, for standard error: the other side comes to us, from a port of root's. */
static int second(int s, int *local, sa_family_t family)
{
	union address from;
	socklen_t n = sizeof(from);
	char number[8];
	int listener, s2;

	--*local;
	listener = rresvport_af(local, family);
	if (listener < 0)
		return -1;
	listen(listener, 1);
	snprintf(number, sizeof(number), "%d", *local);
	if (write(s, number, strlen(number) + 1) != (ssize_t)strlen(number) + 1) {
		fprintf(stderr, "rcmd: write (setting up stderr): %m\n");
		close(listener);
		return -1;
	}
	struct pollfd p[2] = { { s, POLLIN }, { listener, POLLIN } };
	if (poll(p, 2, -1) < 1 || !(p[1].revents & POLLIN)) {
		fprintf(stderr, "poll: protocol failure in circuit setup\n");
		close(listener);
		return -1;
	}
	s2 = accept(listener, &from.any, &n);
	close(listener);
	if (s2 >= 0 && (ntohs(from.four.sin_port) > HIGHEST || ntohs(from.four.sin_port) < LOWEST)) {
		fprintf(stderr, "socket: protocol failure in circuit setup\n");
		close(s2);
		return -1;
	}
	return s2;
}

int rcmd_af(char **host, unsigned short port, const char *local_user, const char *remote_user, const char *command, int *fd2, sa_family_t family)
{
	struct addrinfo hints = { .ai_flags = AI_CANONNAME, .ai_family = family, .ai_socktype = SOCK_STREAM }, *list;
	static char *name;
	char service[8], c;
	int s, e, local = HIGHEST;

	if (family != AF_INET && family != AF_INET6 && family != AF_UNSPEC) {
		errno = EAFNOSUPPORT;
		return -1;
	}
	snprintf(service, sizeof(service), "%d", ntohs(port));
	if ((e = getaddrinfo(*host, service, &hints, &list))) {
		if (e == EAI_NONAME && *host)
			fprintf(stderr, "%s: Unknown host\n", *host);
		else
			fprintf(stderr, "rcmd: getaddrinfo: %s\n", gai_strerror(e));
		return -1;
	}
	free(name);
	name = list->ai_canonname ? strdup(list->ai_canonname) : NULL;
	if (name)
		*host = name;
	if ((s = reach(list, &local)) < 0) {
		fprintf(stderr, "%s: %m\n", *host);
		freeaddrinfo(list);
		return -1;
	}
	if (!fd2)
		write(s, "", 1);
	else if ((*fd2 = second(s, &local, list->ai_family)) < 0)
		goto bad;
	dprintf(s, "%s%c%s%c%s%c", local_user, 0, remote_user, 0, command, 0);
	if (read(s, &c, 1) != 1) {
		fprintf(stderr, "rcmd: %s: %m\n", *host);
		goto bad2;
	}
	if (c) {
		while (read(s, &c, 1) == 1) {
			write(STDERR_FILENO, &c, 1);
			if (c == '\n')
				break;
		}
		goto bad2;
	}
	freeaddrinfo(list);
	return s;
bad2:
	if (fd2)
		close(*fd2);
bad:
	close(s);
	freeaddrinfo(list);
	return -1;
}

int rcmd(char **host, unsigned short port, const char *local_user, const char *remote_user, const char *command, int *fd2)
{
	return rcmd_af(host, port, local_user, remote_user, command, fd2, AF_INET);
}

/* A file that grants rights: a plain one that nobody but its owner could have written. */
static FILE *trusted(const char *path, uid_t owner)
{
	struct stat st;
	char *why = NULL;
	FILE *f = NULL;

	if (lstat(path, &st))
		why = "lstat failed";
	else if (!S_ISREG(st.st_mode))
		why = "not regular file";
	else if (!(f = fopen(path, "rce")))
		why = "cannot open";
	else if (fstat(fileno(f), &st) < 0)
		why = "fstat failed";
	else if (st.st_uid && st.st_uid != owner)
		why = "bad owner";
	else if (st.st_mode & (S_IWGRP | S_IWOTH))
		why = "writeable by other than owner";
	else if (st.st_nlink > 1)
		why = "hard linked somewhere";
	if (!why)
		return f;
	__rcmd_errstr = why;
	if (f)
		fclose(f);
	return NULL;
}

static int same_address(const struct sockaddr *a, const struct sockaddr *b)
{
	if (a->sa_family != b->sa_family)
		return 0;
	if (a->sa_family == AF_INET)
		return ((struct sockaddr_in *)a)->sin_addr.s_addr == ((struct sockaddr_in *)b)->sin_addr.s_addr;
	return !memcmp(&((struct sockaddr_in6 *)a)->sin6_addr, &((struct sockaddr_in6 *)b)->sin6_addr, 16);
}

/* 1: the line's host is the one that asks, -1: and it is refused, 0: it is another one. */
static int host_matches(const char *line, const struct addrinfo *asks, const char *name)
{
	struct addrinfo *list;
	char number[50];
	int sign = 1, found = 0;

	if (!strncmp(line, "+@", 2))
		return innetgr(line + 2, name, NULL, NULL);
	if (!strncmp(line, "-@", 2))
		return -innetgr(line + 2, name, NULL, NULL);
	if (*line == '-') {
		sign = -1;
		line++;
	} else if (!strcmp(line, "+")) {
		return 1;
	}
	if (!getnameinfo(asks->ai_addr, asks->ai_addrlen, number, sizeof(number), NULL, 0, NI_NUMERICHOST) && !strcmp(number, line))
		return sign;
	if (getaddrinfo(line, NULL, &(struct addrinfo){ .ai_family = asks->ai_family }, &list))
		return 0;
	for (const struct addrinfo *a = list; a && !found; a = a->ai_next)
		found = same_address(a->ai_addr, asks->ai_addr);
	freeaddrinfo(list);
	return found ? sign : 0;
}

static int user_matches(const char *line, const char *name)
{
	if (!strncmp(line, "+@", 2))
		return innetgr(line + 2, NULL, name, NULL);
	if (!strncmp(line, "-@", 2))
		return -innetgr(line + 2, NULL, name, NULL);
	if (*line == '-')
		return -!strcmp(line + 1, name);
	return !strcmp(line, "+") || !strcmp(line, name);
}

/* Whether a line of F lets the remote user in. */
static int lets_in(FILE *f, const struct addrinfo *asks, const char *remote_user, const char *local_user, const char *name)
{
	char *line = NULL, *p, *user;
	size_t room = 0;
	int r = 0, host, match;

	while (!r && getline(&line, &room, f) > 0) {
		line[room - 1] = 0;
		for (p = line; isspace((unsigned char)*p); p++)
			;
		if (!*p || *p == '#')
			continue;
		for (p = line; *p && !isspace((unsigned char)*p); p++)
			*p = tolower((unsigned char)*p);
		user = p;
		if (*p == ' ' || *p == '\t') {
			*p++ = 0;
			user = p += strspn(p, " \t");
			while (*p && !isspace((unsigned char)*p))
				p++;
		}
		*p = 0;
		if (!*line)	/* blanks came first */
			break;
		host = host_matches(line, asks, name);
		if (host < 0)
			break;
		if (host > 0) {
			match = *user ? user_matches(user, remote_user) : !strcmp(remote_user, local_user);
			if (match < 0)
				break;
			r = match > 0;
		}
	}
	free(line);
	return r;
}

static int allowed(const struct addrinfo *asks, int superuser, const char *remote_user, const char *local_user, const char *name)
{
	FILE *f = superuser ? NULL : trusted("/etc/hosts.equiv", 0);
	struct passwd pw, *found;
	char buf[4096], path[4096];
	uid_t uid = geteuid();
	int r = 0;

	if (f) {
		r = lets_in(f, asks, remote_user, local_user, name);
		fclose(f);
		if (r)
			return 0;
	}
	if (!__check_rhosts_file && !superuser)
		return -1;
	if (getpwnam_r(local_user, &pw, buf, sizeof(buf), &found) || !found)
		return -1;
	if (snprintf(path, sizeof(path), "%s/.rhosts", pw.pw_dir) >= (int)sizeof(path))
		return -1;
	seteuid(pw.pw_uid);	/* the file may be where root cannot read */
	if ((f = trusted(path, pw.pw_uid))) {
		r = lets_in(f, asks, remote_user, local_user, name);
		fclose(f);
	}
	seteuid(uid);
	return r ? 0 : -1;
}

int ruserok_af(const char *host, int superuser, const char *remote_user, const char *local_user, sa_family_t family)
{
	struct addrinfo *list;
	int r = -1;

	if (getaddrinfo(host, NULL, &(struct addrinfo){ .ai_family = family }, &list))
		return -1;
	for (const struct addrinfo *a = list; a && r; a = a->ai_next)
		r = allowed(a, superuser, remote_user, local_user, host);
	freeaddrinfo(list);
	return r;
}

int ruserok(const char *host, int superuser, const char *remote_user, const char *local_user)
{
	return ruserok_af(host, superuser, remote_user, local_user, AF_INET);
}

int iruserok_af(const void *address, int superuser, const char *remote_user, const char *local_user, sa_family_t family)
{
	union address a = { .any.sa_family = family };
	struct addrinfo asks = { .ai_family = family, .ai_addr = &a.any };

	if (family == AF_INET6) {
		memcpy(&a.six.sin6_addr, address, 16);
		asks.ai_addrlen = sizeof(a.six);
	} else if (family == AF_INET) {
		memcpy(&a.four.sin_addr, address, 4);
		asks.ai_addrlen = sizeof(a.four);
	} else {
		return 0;
	}
	return allowed(&asks, superuser, remote_user, local_user, "-");
}

int iruserok(uint32_t address, int superuser, const char *remote_user, const char *local_user)
{
	return iruserok_af(&address, superuser, remote_user, local_user, AF_INET);
}
