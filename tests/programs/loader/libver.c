/* Names with every arrangement of versions. The number is the version's; 0 is the base. -DSTUB: the same names without
 * any, to link a program against that has no versions in its references. */
#ifdef STUB
#define OLD(name, v)
#define DEF(name, v)
#define BASE(name)
#define ALL(name) int name(void) { return -1; }
#else
#define ALL(name)
#define OLD(name, v) int name##_##v(void) { return v; } __asm__(".symver " #name "_" #v "," #name "@V" #v);
#define DEF(name, v) int name##_##v(void) { return v; } __asm__(".symver " #name "_" #v "," #name "@@V" #v);
#define BASE(name) int name##_0(void) { return 0; } __asm__(".symver " #name "_0," #name "@");
int plain(void) { return 9; }
#endif

OLD(o1, 1)
DEF(d1, 1)
OLD(o2, 2)
DEF(d2, 2)
DEF(d3, 3)
OLD(o1d2, 1) DEF(o1d2, 2)
OLD(o1d3, 1) DEF(o1d3, 3)
OLD(o2d3, 2) DEF(o2d3, 3)
OLD(o1o2d3, 1) OLD(o1o2d3, 2) DEF(o1o2d3, 3)
OLD(o2o3, 2) OLD(o2o3, 3)
OLD(o1o2, 1) OLD(o1o2, 2)
BASE(bd2) DEF(bd2, 2)
BASE(bo2) OLD(bo2, 2)

ALL(o1) ALL(d1) ALL(o2) ALL(d2) ALL(d3) ALL(o1d2) ALL(o1d3) ALL(o2d3) ALL(o1o2d3) ALL(o2o3) ALL(o1o2) ALL(bd2) ALL(bo2)
#ifdef STUB
int plain(void) { return -1; }
#endif
