/* System V's shared memory, semaphores and messages; POSIX's message queues. */
#include "effects.h"
#include <mqueue.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

static int segment(void) { return shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600); }

static long attached(int id)
{
	struct shmid_ds d;

	return shmctl(id, IPC_STAT, &d) ? -1 : (long)d.shm_nattch;
}

EFFECT(shmat)
{
	int id = segment();
	char *a = (char *)C(shmat, id, NULL, 0), *b = shmat(id, NULL, 0);

	*a = 'x';
	return *b == 'x' && attached(id) == 2 && !shmctl(id, IPC_RMID, NULL) && !shmdt(a) && !shmdt(b);
}

EFFECT(shmdt) { int id = segment(); char *a = shmat(id, NULL, 0); return attached(id) == 1 && !C(shmdt, a) && !attached(id) && !shmctl(id, IPC_RMID, NULL); }

EFFECT(shmctl)
{
	int id = segment();
	struct shmid_ds d;

	shmctl(id, IPC_STAT, &d);
	d.shm_perm.mode = 0640;
	return !C(shmctl, id, IPC_SET, &d) && !shmctl(id, IPC_STAT, &d) && (d.shm_perm.mode & 0777) == 0640 && !C(shmctl, id, IPC_RMID, NULL) && attached(id) < 0;
}

EFFECT(semget)
{
	int id = C(semget, IPC_PRIVATE, 2, IPC_CREAT | 0600);

	return id >= 0 && !semctl(id, 1, GETVAL) && !semctl(id, 0, IPC_RMID);
}

static bool takes(bool timed)
{
	int id = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
	struct sembuf up = { 0, 3, 0 }, down = { 0, -1, 0 };
	struct timespec hour = { 3600 };

	return !(timed ? C(semtimedop, id, &up, 1, &hour) : C(semop, id, &up, 1)) && semctl(id, 0, GETVAL) == 3 &&
	       !(timed ? C(semtimedop, id, &down, 1, &hour) : C(semop, id, &down, 1)) && semctl(id, 0, GETVAL) == 2 && !semctl(id, 0, IPC_RMID);
}

EFFECT(semop) { return takes(false); }
EFFECT(semtimedop) { return takes(true); }
EFFECT(semctl) { int id = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600); return !C(semctl, id, 0, SETVAL, 5) && semctl(id, 0, GETVAL) == 5 && !C(semctl, id, 0, IPC_RMID, 0) && semctl(id, 0, GETVAL) < 0; }

static int messages(void) { return msgget(IPC_PRIVATE, IPC_CREAT | 0600); }

static long waiting(int id)
{
	struct msqid_ds d;

	return msgctl(id, IPC_STAT, &d) ? -1 : (long)d.msg_qnum;
}

struct text { long type; char text[4]; };

EFFECT(msgget) { int id = C(msgget, IPC_PRIVATE, IPC_CREAT | 0600); return !waiting(id) && !msgctl(id, IPC_RMID, NULL); }
EFFECT(msgsnd) { int id = messages(); struct text m = { 7, "abc" }; return !C(msgsnd, id, &m, 4, 0) && waiting(id) == 1 && !msgctl(id, IPC_RMID, NULL); }

EFFECT(msgrcv)
{
	int id = messages();
	struct text m = { 7, "abc" }, got = { 0 };

	return !msgsnd(id, &m, 4, 0) && C(msgrcv, id, &got, 4, 0L, 0) == 4 && got.type == 7 && !strcmp(got.text, "abc") && !waiting(id) && !msgctl(id, IPC_RMID, NULL);
}

EFFECT(msgctl)
{
	int id = messages();
	struct msqid_ds d;

	msgctl(id, IPC_STAT, &d);
	d.msg_perm.mode = 0640;
	return !C(msgctl, id, IPC_SET, &d) && !msgctl(id, IPC_STAT, &d) && (d.msg_perm.mode & 0777) == 0640 && !C(msgctl, id, IPC_RMID, NULL) && waiting(id) < 0;
}

static mqd_t queue(void)
{
	struct mq_attr a = { .mq_maxmsg = 2, .mq_msgsize = 4 };
	char name[32];

	snprintf(name, sizeof name, "/effects-%d", getpid());
	mqd_t q = mq_open(name, O_RDWR | O_CREAT, 0600, &a);
	mq_unlink(name);
	return q;
}

static long queued(mqd_t q)
{
	struct mq_attr a;

	return mq_getattr(q, &a) ? -1 : a.mq_curmsgs;
}

EFFECT(mq_timedsend) { mqd_t q = queue(); return !C(mq_timedsend, q, "abc", 4, 5, NULL) && queued(q) == 1; }

EFFECT(mq_timedreceive)
{
	mqd_t q = queue();
	char b[4];
	unsigned priority;

	return !mq_send(q, "abc", 4, 5) && C(mq_timedreceive, q, b, 4, &priority, NULL) == 4 && !strcmp(b, "abc") && priority == 5 && !queued(q);
}

EFFECT(mq_getsetattr)
{
	mqd_t q = queue();
	struct mq_attr a = { .mq_flags = O_NONBLOCK };
	char b[4];

	return !C(mq_getsetattr, q, &a, NULL) && mq_receive(q, b, 4, NULL) < 0 && errno == EAGAIN;
}

EFFECT(mq_unlink)
{
	char name[32];

	snprintf(name, sizeof name, "/effects-%d", getpid());
	mq_open(name, O_RDWR | O_CREAT, 0600, NULL);
	return !C(mq_unlink, name + 1) && mq_open(name, O_RDWR) < 0 && errno == ENOENT;
}
