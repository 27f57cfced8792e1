package swivel.devices.p9;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import swivel.devices.p9.FileStatus.Time;

/** What is known of files, file systems and locks, and extended attributes. */
final class AttributeMessages {
    // What SETATTR sets.

    private static final int SET_MODE = 0x001;
    private static final int SET_UID = 0x002;
    private static final int SET_GID = 0x004;
    private static final int SET_SIZE = 0x008;
    private static final int SET_ATIME = 0x010;
    private static final int SET_MTIME = 0x020;
    private static final int SET_CTIME = 0x040;
    private static final int SET_ATIME_GIVEN = 0x080;
    private static final int SET_MTIME_GIVEN = 0x100;

    /** What GETATTR answers: all that stat has. */
    private static final long BASIC_ATTRIBUTES = 0x7ff;

    private static final Time UNKNOWN = new Time(0, 0);

    /** Attributes of other kinds would give a file rights on the host. */
    private static final String USER_ATTRIBUTE = "user.";

    private static final int LOCKED = 0;
    private static final int UNLOCK = 2;

    private final Session session;
    private final HostFiles files;
    private final NodeTree tree;
    private final Message in;
    private final Message out;

    AttributeMessages(Session session) {
        this.session = session;
        this.files = session.files;
        this.tree = session.tree;
        this.in = session.in;
        this.out = session.out;
    }

    void get() throws HostError {
        FileStatus status = files.status(session.handle(session.fid()));
        out.u64(BASIC_ATTRIBUTES);
        session.qid(status);
        out.u32(status.mode())
                .u32(status.uid())
                .u32(status.gid())
                .u64(status.links())
                .u64(status.rawDevice())
                .u64(status.size())
                .u64(status.blockSize())
                .u64(status.blocks())
                .time(status.accessed())
                .time(status.modified())
                .time(status.changed())
                .time(UNKNOWN)
                .u64(0) // generation
                .u64(0); // version of the content
    }

    /** In QEMU's order: the mode before the owner, whose change takes the bit for set-user-id away as in Linux. */
    void set() throws HostError {
        Fid fid = session.fid();
        int what = in.u32();
        int mode = in.u32();
        int uid = in.u32();
        int gid = in.u32();
        long size = in.u64();
        Time accessed = time(what, SET_ATIME, SET_ATIME_GIVEN);
        Time modified = time(what, SET_MTIME, SET_MTIME_GIVEN);
        int handle = session.handle(fid);
        if ((what & SET_MODE) != 0) {
            files.setMode(handle, mode);
        }
        if ((what & (SET_ATIME | SET_MTIME)) != 0) {
            files.setTimes(handle, accessed, modified);
        }
        if ((what & (SET_UID | SET_GID)) != 0) {
            files.setOwner(handle, (what & SET_UID) != 0 ? uid : -1, (what & SET_GID) != 0 ? gid : -1);
        } else if (what == SET_CTIME) {
            files.setOwner(handle, -1, -1);
        }
        if ((what & SET_SIZE) != 0) {
            setSize(fid, handle, size);
        }
    }

    private Time time(int what, int set, int given) {
        long seconds = in.u64();
        long nanoseconds = in.u64();
        if ((what & set) == 0) {
            return new Time(0, HostFiles.UTIME_OMIT);
        }
        return (what & given) == 0 ? new Time(0, HostFiles.UTIME_NOW) : new Time(seconds, (int) nanoseconds);
    }

    /** Who has a file open for writing may shorten it, whatever its mode is now. */
    private void setSize(Fid fid, int handle, long size) throws HostError {
        if (fid.use instanceof Fid.OpenFile file) {
            try {
                files.setLengthOfOpen(file.handle(), size);
                return;
            } catch (HostError e) {
                if (e.number() != HostError.EINVAL) {
                    throw e;
                }
            }
        }
        if (fid.node.type != FileStatus.REGULAR) {
            throw new HostError(fid.node.isDirectory() ? HostError.EISDIR : HostError.EINVAL);
        }
        files.setLength(handle, size);
    }

    void statFileSystem() throws HostError {
        HostFiles.FileSystemStatus status = files.fileSystem(session.handle(session.fid()));
        out.u32((int) status.type())
                .u32((int) status.blockSize())
                .u64(status.blocks())
                .u64(status.free())
                .u64(status.available())
                .u64(status.files())
                .u64(status.freeFiles())
                .u64(status.id())
                .u32((int) status.nameLength());
    }

    private static String requireUserAttribute(String name) throws HostError {
        if (!name.startsWith(USER_ATTRIBUTE)) {
            throw new HostError(HostError.EOPNOTSUPP);
        }
        return name;
    }

    void readExtended() throws HostError {
        Fid fid = session.fid();
        int number = in.u32();
        String name = in.string();
        session.requireFree(number);
        session.requireRoomForAttribute();
        int handle = session.handle(fid);
        byte[] value = name.isEmpty()
                ? userAttributes(files.attributes(handle))
                : files.attribute(handle, requireUserAttribute(name));
        out.u64(value.length);
        Fid of = new Fid(tree.share(fid.node), fid.user);
        session.use(of, new Fid.AttributeValue(value));
        session.add(number, of);
    }

    /** Of a list of names with a zero behind each, those that the guest may have. */
    private static byte[] userAttributes(byte[] all) {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        for (int at = 0, end; at < all.length; at = end) {
            for (end = at + 1; all[end - 1] != 0; ) {
                end++;
            }
            String name = new String(all, at, end - at, StandardCharsets.ISO_8859_1);
            if (name.startsWith(USER_ATTRIBUTE)) {
                kept.write(all, at, end - at);
            }
        }
        return kept.toByteArray();
    }

    void createExtended() throws HostError {
        Fid fid = session.unopened();
        String name = requireUserAttribute(in.string());
        long size = in.u64();
        int flags = in.u32();
        if (size < 0 || size > HostFiles.MAX_ATTRIBUTE) {
            throw new HostError(HostError.E2BIG);
        }
        session.requireRoomForAttribute();
        session.use(fid, new Fid.NewAttribute(name, flags, new byte[(int) size]));
    }

    /** An empty value removes it, as in QEMU: the protocol has no other way. */
    void commit(Fid fid, Fid.NewAttribute attribute) throws HostError {
        int handle = session.handle(fid);
        if (attribute.written != attribute.value.length) {
            throw new HostError(HostError.EINVAL);
        }
        if (attribute.written > 0) {
            files.setAttribute(handle, attribute.name, attribute.value, attribute.flags);
        } else {
            files.removeAttribute(handle, attribute.name);
        }
    }

    // Locks. The guest's kernel has them among its programs; the host does not know of them, as in QEMU.

    void lock() throws HostError {
        Fid _ = session.fid();
        out.u8(LOCKED);
    }

    void getLock() throws HostError {
        Fid _ = session.fid();
        int _ = in.u8(); // the kind that is asked for
        long start = in.u64();
        long length = in.u64();
        int process = in.u32();
        String client = in.string();
        out.u8(UNLOCK).u64(start).u64(length).u32(process).string(client);
    }
}
