#include <signal.h>
#include <stdio.h>
#include <unistd.h>
#include <errno.h>
#include <string.h>
#include <pthread.h>
#include <sys/time.h>
static int p[2]; static volatile int hits;
static void h(int s){ hits++; if(hits==3) write(p[1],"x",1); }
static void h2(int s){ hits++; }
int main(){ pipe(p); struct sigaction a={.sa_handler=h,.sa_flags=SA_RESTART}; sigaction(SIGALRM,&a,0);
 struct itimerval t={{0,20000},{0,20000}}; setitimer(ITIMER_REAL,&t,0);
 char c; int r=read(p[0],&c,1); printf("read %d hits>=3 %d\n",r,hits>=3);
 a.sa_handler=h2; a.sa_flags=0; sigaction(SIGALRM,&a,0);
 r=read(p[0],&c,1); printf("read %d %s\n",r,strerror(errno)); return 0; }
