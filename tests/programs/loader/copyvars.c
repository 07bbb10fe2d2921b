/* Variables of libc that the program holds copies of (COPY relocations): libc must use the copies. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <getopt.h>
#include <errno.h>
#include <string.h>
#include <time.h>
extern char **environ;
int main(int argc,char**argv){
  setenv("FOO","bar",1);
  int found=0; for(char**e=environ;*e;e++) if(!strcmp(*e,"FOO=bar")) found=1;
  printf("found %d getenv %s\n",found,getenv("FOO"));
  static char *mine[]={"X=1","Y=2",0}; environ=mine; printf("X=%s FOO=%s\n",getenv("X"),getenv("FOO")?"set":"null");
  char *av[]={"prog","-a","-bval","--long=3","rest",0}; struct option lo[]={{"long",1,0,'l'},{0}};
  int c; optind=1; while((c=getopt_long(5,av,"ab:",lo,0))!=-1) printf("%c %s %d\n",c,optarg?optarg:"-",optind);
  printf("optind %d %s\n",optind,av[optind]);
  opterr=0; optind=1; char*bv[]={"p","-z",0}; printf("%c",getopt(2,bv,"a")); printf(" optopt %c\n",optopt);
  setenv("TZ","EST5EDT",1); tzset(); printf("tz %ld %d %s\n",timezone,daylight,tzname[0]);
  fprintf(stdout,"prog %s\n",program_invocation_short_name);
  //printf("%p\n",(void*)0); fflush(stdout);
  FILE*old=stdout; stdout=fopen("/tmp/x1","w+"); printf("to-file\n"); putchar(65); rewind(stdout); char lb[99]; fgets(lb,99,stdout); fclose(stdout); stdout=old; printf("got %s",lb); 
  errno=ENOENT; printf("%m\n");
  return 0; }
