/* Device numbers as functions. */
unsigned gnu_dev_major(unsigned long dev) { return (dev >> 32 & 0xfffff000) | (dev >> 8 & 0xfff); }
unsigned gnu_dev_minor(unsigned long dev) { return (dev >> 12 & 0xffffff00) | (dev & 0xff); }
unsigned long gnu_dev_makedev(unsigned major, unsigned minor)
{
	return (major & 0xfffff000UL) << 32 | (major & 0xfffUL) << 8 | (minor & 0xffffff00UL) << 12 | (minor & 0xffUL);
}
