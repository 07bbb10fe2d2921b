// Waits for a thread that says who it is right before a call that blocks.
static volatile int waiter;

static void until_asleep(void)
{
	char path[64], line[256] = "", *end = NULL;

	while (!waiter)
		usleep(1000);
	sprintf(path, "/proc/self/task/%d/stat", waiter);
	while (!(end = strrchr(line, ')')) || end[2] != 'S') {
		usleep(1000);
		FILE *f = fopen(path, "r");
		size_t n = f ? fread(line, 1, sizeof(line) - 1, f) : 0;
		line[n] = 0;
		if (f)
			fclose(f);
	}
	waiter = 0;
}
