package swivel.devices.p9;

/** Opening files and directories, and what is in them. */
final class FileMessages {
    // Flags of LOPEN and LCREATE: those of Linux's open for most architectures, which the host's are, too.

    private static final int KEPT_FLAGS =
            HostFiles.O_ACCESS | HostFiles.O_TRUNC | HostFiles.O_APPEND | HostFiles.O_DSYNC | HostFiles.O_SYNC;

    /** Bytes of an entry of READDIR but for its name: qid, offset, type, length of the name. */
    private static final int ENTRY = Message.QID + 8 + 1 + 2;

    /** What the host needs for one entry, whatever its name. */
    private static final int MIN_ENTRIES = 512;

    /** From an entry's type to the one in a mode. */
    private static final int TYPE_SHIFT = 12;

    private final Session session;
    private final HostFiles files;
    private final NodeTree tree;
    private final Message in;
    private final Message out;

    FileMessages(Session session) {
        this.session = session;
        this.files = session.files;
        this.tree = session.tree;
        this.in = session.in;
        this.out = session.out;
    }

    /** Flags for the host, of those that the guest gave. */
    private int hostFlags(int flags) throws HostError {
        int kept = flags & KEPT_FLAGS;
        int access = kept & HostFiles.O_ACCESS;
        if (access == HostFiles.O_ACCESS) {
            throw new HostError(HostError.EINVAL);
        }
        if (session.readOnly && (access != 0 || (kept & HostFiles.O_TRUNC) != 0)) {
            throw new HostError(HostError.EROFS);
        }
        return kept;
    }

    void open() throws HostError {
        Fid fid = session.unopened();
        int flags = hostFlags(in.u32());
        session.requireRoomToOpen();
        session.qid(fid.node);
        out.u32(0); // as much at once as a message has room for
        int handle = openExisting(fid.node, flags);
        session.use(fid, fid.node.isDirectory() ? new Fid.OpenDirectory(handle) : new Fid.OpenFile(handle));
    }

    /** A device of the host, or a FIFO, on which Swivel would wait, is not opened: guests have their own. */
    private int openExisting(Node node, int flags) throws HostError {
        switch (node.type) {
            case FileStatus.REGULAR -> {}
            case FileStatus.DIRECTORY -> {
                if ((flags & HostFiles.O_ACCESS) != 0) {
                    throw new HostError(HostError.EISDIR);
                }
            }
            case FileStatus.LINK -> throw new HostError(HostError.ELOOP);
            default -> throw new HostError(HostError.ENXIO);
        }
        return files.open(tree.handle(node), flags);
    }

    void create() throws HostError {
        Fid fid = session.unopened();
        String name = session.newName();
        int flags = in.u32();
        int mode = in.u32();
        int gid = in.u32();
        int kept = hostFlags(flags);
        session.requireRoomToOpen();
        Node directory = fid.node;
        int handle = createNew(directory, name, kept, mode);
        boolean isNew = handle != Node.NONE;
        if (!isNew && (flags & HostFiles.O_EXCL) != 0) {
            throw new HostError(HostError.EEXIST);
        }
        Node node = null;
        try {
            if (isNew) {
                node = tree.adopt(directory, name, files.again(handle));
                session.setOwnerAndMode(node, fid.user, gid, mode);
            } else {
                node = tree.step(directory, name);
                handle = node.isDirectory() ? Session.fail(HostError.EISDIR) : openExisting(node, kept);
            }
        } catch (HostError e) {
            if (isNew) {
                files.close(handle);
            }
            if (node != null) {
                tree.release(node);
            }
            throw e;
        }
        session.use(fid, new Fid.OpenFile(handle));
        fid.node = node;
        tree.release(directory);
        session.qid(node);
        out.u32(0);
    }

    /** Returns no handle if the name is taken. */
    private int createNew(Node directory, String name, int flags, int mode) throws HostError {
        try {
            return files.create(tree.handle(directory), name, flags, mode & Session.PERMISSIONS_AT_FIRST);
        } catch (HostError e) {
            if (e.number() == HostError.EEXIST) {
                return Node.NONE;
            }
            throw e;
        }
    }

    void read() throws HostError {
        Fid fid = session.fid();
        long offset = in.u64();
        int count = in.u32();
        int start = out.position();
        out.u32(0);
        int room = room(count);
        int length = switch (fid.use) {
            case Fid.OpenFile file ->
                files.read(file.handle(), requireOffset(offset), out.array(), out.position(), room);
            case Fid.AttributeValue attribute -> {
                byte[] value = attribute.value();
                int from = (int) Math.min(requireOffset(offset), value.length);
                int part = Math.min(room, value.length - from);
                System.arraycopy(value, from, out.array(), out.position(), part);
                yield part;
            }
            case Fid.OpenDirectory _ -> Session.fail(HostError.EISDIR);
            case Fid.NewAttribute _ -> Session.fail(HostError.EINVAL);
            case null -> Session.fail(HostError.EINVAL);
        };
        endData(start, length);
    }

    /** What of so many bytes, as an unsigned number, the answer has room for. */
    private int room(int count) {
        return (int) Math.min(Integer.toUnsignedLong(count), out.remaining());
    }

    /** Fills in the count in front of so many bytes, which are there. */
    private void endData(int start, int length) {
        out.moveTo(start);
        out.u32(length);
        out.moveTo(out.position() + length);
    }

    private static long requireOffset(long offset) throws HostError {
        if (offset < 0) {
            throw new HostError(HostError.EINVAL);
        }
        return offset;
    }

    void write() throws HostError {
        Fid fid = session.fid();
        long offset = requireOffset(in.u64());
        int count = in.u32();
        if (count < 0 || count > in.remaining()) {
            throw new HostError(HostError.EINVAL);
        }
        switch (fid.use) {
            case Fid.OpenFile file -> out.u32(files.write(file.handle(), offset, in.array(), in.position(), count));
            case Fid.NewAttribute attribute -> {
                if (offset != attribute.written || count > attribute.value.length - attribute.written) {
                    throw new HostError(HostError.ENOSPC);
                }
                System.arraycopy(in.array(), in.position(), attribute.value, attribute.written, count);
                attribute.written += count;
                out.u32(count);
            }
            case Fid.OpenDirectory _, Fid.AttributeValue _ -> throw new HostError(HostError.EINVAL);
            case null -> throw new HostError(HostError.EINVAL);
        }
    }

    void flush() throws HostError {
        Fid fid = session.fid();
        boolean contentOnly = in.remaining() >= Integer.BYTES && in.u32() != 0; // it came to the protocol later
        int handle = switch (fid.use) {
            case Fid.Open opened -> opened.handle();
            case Fid.AttributeValue _, Fid.NewAttribute _ -> Session.fail(HostError.EINVAL);
            case null -> Session.fail(HostError.EINVAL);
        };
        files.flush(handle, contentOnly);
    }

    /**
     * An entry's offset is the number of the next one: what a host's file system uses may have 64 bits, which programs
     * of a 32-bit guest cannot take.
     */
    void readDirectory() throws HostError {
        Fid fid = session.fid();
        long offset = requireOffset(in.u64());
        int count = in.u32();
        if (!(fid.use instanceof Fid.OpenDirectory directory)) {
            throw new HostError(HostError.EINVAL);
        }
        if (offset < directory.next) {
            files.seek(directory.handle(), 0);
            directory.place = 0;
            directory.next = 0;
        }
        int start = out.position();
        out.u32(0);
        int first = out.position();
        int end = first + room(count);
        boolean fits = true;
        while (fits) {
            int bytes = files.readEntries(directory.handle(), Math.max(end - out.position(), MIN_ENTRIES));
            if (bytes == 0) {
                break;
            }
            for (int at = 0; at < bytes && fits; ) {
                HostFiles.Entry entry = files.entry(at);
                boolean wanted = directory.next >= offset;
                fits = !wanted || end - out.position() >= ENTRY + entry.name().length();
                if (fits) {
                    directory.place = entry.place();
                    directory.next++;
                    at += entry.bytes();
                }
                if (fits && wanted) {
                    put(fid.node, entry, directory.next);
                }
            }
        }
        int length = out.position() - first;
        if (!fits) {
            files.seek(directory.handle(), directory.place);
            if (length == 0) {
                throw new HostError(HostError.EINVAL); // as Linux says it of a buffer that is too small
            }
        }
        endData(start, length);
    }

    private void put(Node directory, HostFiles.Entry entry, long next) {
        Node above = directory.parent == null ? directory : directory.parent;
        long path = entry.name().equals("..")
                ? session.path(above.device, above.inode)
                : session.path(directory.device, entry.inode());
        out.qid(entry.type() << TYPE_SHIFT, 0, path).u64(next).u8(entry.type()).string(entry.name());
    }
}
