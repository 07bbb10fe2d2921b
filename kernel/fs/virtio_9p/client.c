/* The requests: each function writes one, waits, and reads the reply. */
#include "p9.h"

#define VERSION		"9P2000.L"
#define GETATTR_BASIC	0x7ff
#define GETATTR_SIZE	160	/* of Rgetattr */
#define STATFS_SIZE	60
#define NSEC		1000000000UL

/* ATTR_* are the bits of Tsetattr's VALID. */
_Static_assert(ATTR_MODE == 1 && ATTR_UID == 2 && ATTR_GID == 4 && ATTR_SIZE == 8 && ATTR_ATIME == 16 && ATTR_MTIME == 32 &&
	ATTR_ATIME_SET == 128 && ATTR_MTIME_SET == 256, "9P2000.L");

int p9_version(struct channel *c, u32 msize)
{
	char version[sizeof(VERSION)];
	struct request *r = p9_request_new(c, TVERSION, 4 + 2 + strlen(VERSION), 4 + 2 + strlen(VERSION));

	if (!r)
		return -ENOMEM;
	msg_put(&r->out, 4, msize);
	msg_put_string(&r->out, VERSION, strlen(VERSION));
	int err = p9_request_run(r);
	u32 got = err ? 0 : msg_get(&r->in, 4);
	if (!err && (!msg_get_string(&r->in, version, sizeof(version)) || strcmp(version, VERSION) || got < PAGE_SIZE || got > msize))
		err = -EIO;
	err = p9_request_end(r, err);
	if (!err)
		c->msize = got;
	return err;
}

int p9_attach(struct fid *f)
{
	struct request *r = p9_request_new(f->channel, TATTACH, 4 + 4 + 2 + 2 + 4, QID_SIZE);

	if (!r)
		return -ENOMEM;
	msg_put(&r->out, 4, f->number);
	msg_put(&r->out, 4, NOFID);
	msg_put_string(&r->out, "", 0);
	msg_put_string(&r->out, "", 0);
	msg_put(&r->out, 4, 0);	/* n_uname: the one user is root */
	int err = p9_request_run(r);
	f->known = !r->refused;
	if (!err)
		msg_get_qid(&r->in);
	return p9_request_end(r, err);
}

int p9_walk(struct fid *from, struct fid *to, const char *name, size_t len)
{
	struct request *r = p9_request_new(from->channel, TWALK, 4 + 4 + 2 + 2 + len, 2 + QID_SIZE);

	if (!r)
		return -ENOMEM;
	msg_put(&r->out, 4, from->number);
	msg_put(&r->out, 4, to->number);
	msg_put(&r->out, 2, len ? 1 : 0);
	if (len)
		msg_put_string(&r->out, name, len);
	p9_fid_get(from);
	int err = p9_request_run(r);
	p9_fid_put(from);
	to->known = !r->refused;
	if (!err && msg_get(&r->in, 2) != (len ? 1 : 0))
		err = -EIO;
	return p9_request_end(r, err);
}

static u64 get_time(struct message *m)
{
	u64 seconds = msg_get(m, 8);

	return seconds * NSEC + msg_get(m, 8);
}

int p9_getattr(struct fid *f, struct attributes *a)
{
	struct request *r = p9_request_new(f->channel, TGETATTR, 4 + 8, GETATTR_SIZE - HEADER);

	if (!r)
		return -ENOMEM;
	msg_put(&r->out, 4, f->number);
	msg_put(&r->out, 8, GETATTR_BASIC);
	a->asked = p9_resized;
	p9_fid_get(f);
	int err = p9_request_run(r);
	p9_fid_put(f);
	if (!err) {
		struct message *m = &r->in;
		u64 valid = msg_get(m, 8);
		a->qid = msg_get_qid(m);
		a->mode = msg_get(m, 4);
		a->uid = msg_get(m, 4);
		a->gid = msg_get(m, 4);
		a->nlink = msg_get(m, 8);
		a->rdev = msg_get(m, 8);
		a->size = msg_get(m, 8);
		a->blksize = msg_get(m, 8);
		a->blocks = msg_get(m, 8);
		a->atime_ns = get_time(m);
		a->mtime_ns = get_time(m);
		a->ctime_ns = get_time(m);
		if ((valid & GETATTR_BASIC) != GETATTR_BASIC || (s64)a->size < 0)
			err = -EIO;
	}
	return p9_request_end(r, err);
}

/* A request whose reply nobody reads, and for which F must stay. */
static int run(struct request *r, struct fid *f)
{
	p9_fid_get(f);
	int err = p9_request_run(r);
	p9_fid_put(f);
	return p9_request_end(r, err);
}

int p9_setattr(struct fid *f, const struct vnode_change *c, u64 size)
{
	struct request *r = p9_request_new(f->channel, TSETATTR, 4 + 4 + 3 * 4 + 5 * 8, 0);

	if (!r)
		return -ENOMEM;
	msg_put(&r->out, 4, f->number);
	msg_put(&r->out, 4, c->valid);
	msg_put(&r->out, 4, c->mode);
	msg_put(&r->out, 4, c->uid);
	msg_put(&r->out, 4, c->gid);
	msg_put(&r->out, 8, size);
	msg_put(&r->out, 8, c->atime.tv_sec);
	msg_put(&r->out, 8, c->atime.tv_nsec);
	msg_put(&r->out, 8, c->mtime.tv_sec);
	msg_put(&r->out, 8, c->mtime.tv_nsec);
	return run(r, f);
}

/* The reply of both: qid[13] iounit[4]. */
static int run_open(struct request *r, struct fid *f, int flags)
{
	f->flags = flags;
	int err = p9_request_run(r);
	if (!err)
		f->qid = msg_get_qid(&r->in);
	return p9_request_end(r, err);
}

int p9_open(struct fid *f, int flags)
{
	struct request *r = p9_request_new(f->channel, TLOPEN, 4 + 4, QID_SIZE + 4);

	if (!r)
		return -ENOMEM;
	msg_put(&r->out, 4, f->number);
	msg_put(&r->out, 4, flags);
	return run_open(r, f, flags);
}

int p9_create(struct fid *f, const char *name, size_t len, int flags, u32 mode)
{
	struct request *r = p9_request_new(f->channel, TLCREATE, 4 + 2 + len + 4 + 4 + 4, QID_SIZE + 4);

	if (!r)
		return -ENOMEM;
	msg_put(&r->out, 4, f->number);
	msg_put_string(&r->out, name, len);
	msg_put(&r->out, 4, flags);
	msg_put(&r->out, 4, mode);
	msg_put(&r->out, 4, 0);
	return run_open(r, f, flags);
}

int p9_make(struct fid *dir, const char *name, size_t len, u32 mode, u64 rdev)
{
	bool folder = S_ISDIR(mode);
	struct request *r = p9_request_new(dir->channel, folder ? TMKDIR : TMKNOD, 4 + 2 + len + 4 + (folder ? 0 : 8) + 4, QID_SIZE);

	if (!r)
		return -ENOMEM;
	msg_put(&r->out, 4, dir->number);
	msg_put_string(&r->out, name, len);
	msg_put(&r->out, 4, folder ? mode & 07777 : mode);
	if (!folder) {
		msg_put(&r->out, 4, DEV_MAJOR(rdev));
		msg_put(&r->out, 4, DEV_MINOR(rdev));
	}
	msg_put(&r->out, 4, 0);
	return run(r, dir);
}

int p9_symlink(struct fid *dir, const char *name, size_t len, const char *target)
{
	struct request *r = p9_request_new(dir->channel, TSYMLINK, 4 + 2 + len + 2 + strlen(target) + 4, QID_SIZE);

	if (!r)
		return -ENOMEM;
	msg_put(&r->out, 4, dir->number);
	msg_put_string(&r->out, name, len);
	msg_put_string(&r->out, target, strlen(target));
	msg_put(&r->out, 4, 0);
	return run(r, dir);
}

int p9_link(struct fid *dir, const char *name, size_t len, struct fid *target)
{
	struct request *r = p9_request_new(dir->channel, TLINK, 4 + 4 + 2 + len, 0);

	if (!r)
		return -ENOMEM;
	msg_put(&r->out, 4, dir->number);
	msg_put(&r->out, 4, target->number);
	msg_put_string(&r->out, name, len);
	p9_fid_get(target);
	int err = run(r, dir);
	p9_fid_put(target);
	return err;
}

int p9_unlink(struct fid *dir, const char *name, size_t len, bool rmdir)
{
	struct request *r = p9_request_new(dir->channel, TUNLINKAT, 4 + 2 + len + 4, 0);

	if (!r)
		return -ENOMEM;
	msg_put(&r->out, 4, dir->number);
	msg_put_string(&r->out, name, len);
	msg_put(&r->out, 4, rmdir ? AT_REMOVEDIR : 0);
	return run(r, dir);
}

int p9_rename(struct fid *from, const char *name, size_t len, struct fid *to, const char *new_name, size_t new_len)
{
	struct request *r = p9_request_new(from->channel, TRENAMEAT, 4 + 2 + len + 4 + 2 + new_len, 0);

	if (!r)
		return -ENOMEM;
	msg_put(&r->out, 4, from->number);
	msg_put_string(&r->out, name, len);
	msg_put(&r->out, 4, to->number);
	msg_put_string(&r->out, new_name, new_len);
	p9_fid_get(to);
	int err = run(r, from);
	p9_fid_put(to);
	return err;
}

int p9_fsync(struct fid *f, bool data_only)
{
	struct request *r = p9_request_new(f->channel, TFSYNC, 4 + 4, 0);

	if (!r)
		return -ENOMEM;
	msg_put(&r->out, 4, f->number);
	msg_put(&r->out, 4, data_only);
	return run(r, f);
}

long p9_readlink(struct fid *f, char *buf, size_t size)
{
	char *target = kmalloc(PATH_MAX);
	struct request *r = target ? p9_request_new(f->channel, TREADLINK, 4, 2 + PATH_MAX) : NULL;
	u32 len = 0;

	if (!r) {
		kfree(target);
		return -ENOMEM;
	}
	msg_put(&r->out, 4, f->number);
	p9_fid_get(f);
	int err = p9_request_run(r);
	p9_fid_put(f);
	if (!err)
		len = min((size_t)msg_get_string(&r->in, target, PATH_MAX), size);
	err = p9_request_end(r, err);
	memcpy(buf, target, len);	/* a program's memory, which may sleep */
	kfree(target);
	return err ? err : (long)len;
}

int p9_statfs(struct fid *f, struct statfs *st)
{
	struct request *r = p9_request_new(f->channel, TSTATFS, 4, STATFS_SIZE);

	if (!r)
		return -ENOMEM;
	msg_put(&r->out, 4, f->number);
	p9_fid_get(f);
	int err = p9_request_run(r);
	p9_fid_put(f);
	struct message *m = &r->in;
	if (!err && m->size - m->at < STATFS_SIZE)
		err = -EIO;
	if (!err) {
		msg_get(m, 4);	/* the host's type: here it is 9p */
		st->f_bsize = st->f_frsize = msg_get(m, 4);
		st->f_blocks = msg_get(m, 8);
		st->f_bfree = msg_get(m, 8);
		st->f_bavail = msg_get(m, 8);
		st->f_files = msg_get(m, 8);
		st->f_ffree = msg_get(m, 8);
		msg_get(m, 8);
		st->f_namelen = min(msg_get(m, 4), (u64)NAME_MAX);
	}
	return p9_request_end(r, err);
}

/* Tread, Treaddir, Twrite: N bytes at POS, from or TO a buffer. The server says how many they were. */
static long transfer(struct fid *f, u8 type, void *buf, u32 n, u64 pos, bool to)
{
	struct request *r = p9_request_new(f->channel, type, 4 + 8 + 4, 4);
	u32 count = 0;

	if (!r)
		return -ENOMEM;
	msg_put(&r->out, 4, f->number);
	msg_put(&r->out, 8, pos);
	msg_put(&r->out, 4, n);
	r->data = (struct virtio_buffer){ buf, n, to };
	p9_fid_get(f);
	int err = p9_request_run(r);
	p9_fid_put(f);
	if (!err && ((count = msg_get(&r->in, 4)) > n || (to ? count > r->got - r->in.at : !count)))
		err = -EIO;
	err = p9_request_end(r, err);
	return err ? err : (long)count;
}

long p9_read(struct fid *f, void *buf, u32 n, u64 pos)
{
	return transfer(f, TREAD, buf, n, pos, true);
}

long p9_readdir(struct fid *f, void *buf, u32 n, u64 offset)
{
	return transfer(f, TREADDIR, buf, n, offset, true);
}

long p9_write(struct fid *f, const void *buf, u32 n, u64 pos)
{
	return transfer(f, TWRITE, (void *)buf, n, pos, false);
}
