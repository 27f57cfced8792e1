package swivel.devices.p9;

import java.util.HashMap;
import java.util.Map;

/** What is known of one guest: the files that it has in hand; and the message of it that is being served. */
final class Session {
    /** Heap that a fid takes, about. */
    private static final int FID_BYTES = 128;

    /** Open files and directories: each is a handle of the host. */
    private static final int MAX_OPEN = 4096;

    /** Extended attributes in hand, of 64 KiB each. */
    private static final int MAX_ATTRIBUTES = 64;

    /** Permissions of what is new, until it has the owner that it is for. */
    static final int PERMISSIONS_AT_FIRST = 0777;

    final HostFiles files;
    final boolean readOnly;
    final NodeTree tree;
    final Message in = new Message();
    final Message out = new Message();
    private final int maxFids;
    private final Map<Integer, Fid> fids = new HashMap<>();
    private int open;
    private int attributes;

    Session(HostFiles files, int root, boolean readOnly, long budget) throws HostError {
        this.files = files;
        this.readOnly = readOnly;
        this.maxFids = (int) (budget / 4 / FID_BYTES);
        this.tree = new NodeTree(files, root, budget - budget / 4);
    }

    boolean isEmpty() {
        return fids.isEmpty();
    }

    /** Lets go of everything. */
    void clear() {
        for (Fid fid : fids.values()) {
            letGo(fid);
        }
        fids.clear();
    }

    /** The file that the message names next. */
    Fid fid() throws HostError {
        return find(in.u32());
    }

    Fid find(int number) throws HostError {
        Fid fid = fids.get(number);
        if (fid == null) {
            throw new HostError(HostError.EBADF);
        }
        return fid;
    }

    Fid unopened() throws HostError {
        Fid fid = fid();
        if (fid.use != null) {
            throw new HostError(HostError.EINVAL);
        }
        return fid;
    }

    int handle(Fid fid) throws HostError {
        return tree.handle(fid.node);
    }

    /** Gives a number, which is {@linkplain #requireFree free}, to a file in hand. */
    void add(int number, Fid fid) {
        fids.put(number, fid);
    }

    void requireFree(int number) throws HostError {
        if (fids.containsKey(number)) {
            throw new HostError(HostError.EINVAL);
        }
        if (fids.size() >= maxFids) {
            throw new HostError(HostError.ENFILE);
        }
    }

    /** A file was opened, and there was {@linkplain #requireRoomToOpen room}; or an extended attribute. */
    void use(Fid fid, Fid.Use use) {
        fid.use = use;
        switch (use) {
            case Fid.Open _ -> open++;
            case Fid.AttributeValue _, Fid.NewAttribute _ -> attributes++;
        }
    }

    /** The guest has no use for it any more. */
    void letGo(Fid fid) {
        switch (fid.use) {
            case Fid.Open opened -> {
                files.close(opened.handle());
                open--;
            }
            case Fid.AttributeValue _, Fid.NewAttribute _ -> attributes--;
            case null -> {}
        }
        tree.release(fid.node);
    }

    void requireRoomToOpen() throws HostError {
        if (open >= MAX_OPEN) {
            throw new HostError(HostError.EMFILE);
        }
    }

    void requireRoomForAttribute() throws HostError {
        if (attributes >= MAX_ATTRIBUTES) {
            throw new HostError(HostError.ENFILE);
        }
    }

    void qid(FileStatus status) {
        // What QEMU makes of it: it changes when the file does.
        int version = (int) (status.modified().seconds() ^ status.size() << 8);
        out.qid(status.type(), version, path(status.device(), status.inode()));
    }

    void qid(Node node) throws HostError {
        qid(files.status(tree.handle(node)));
    }

    /** One number for two: inode numbers of other file systems that are mounted in the folder must not collide. */
    long path(long device, long inode) {
        long other = device ^ tree.root().device;
        return inode ^ other << 40 ^ other >>> 24;
    }

    /** A name of one step for something new. */
    String newName() throws HostError {
        String name = name();
        if (isDots(name)) {
            throw new HostError(HostError.EEXIST);
        }
        return name;
    }

    String name() throws HostError {
        String name = in.string();
        if (name.isEmpty() || name.indexOf('/') >= 0 || name.indexOf(0) >= 0) {
            throw new HostError(HostError.ENOENT);
        }
        return name;
    }

    static boolean isDots(String name) {
        return name.equals(".") || name.equals("..");
    }

    /** Takes a file out of the guest's hands, for its caller to {@link #letGo}. */
    Fid take() throws HostError {
        int number = in.u32();
        Fid fid = find(number);
        fids.remove(number);
        return fid;
    }

    static int fail(int error) throws HostError {
        throw new HostError(error);
    }

    /** As the guest wants them, whatever umask Swivel has; an owner that the host does not allow is Swivel's user. */
    void setOwnerAndMode(Node node, int uid, int gid, int mode) throws HostError {
        setOwner(node, uid, gid);
        files.setMode(tree.handle(node), mode);
    }

    void setOwner(Node node, int uid, int gid) {
        try {
            files.setOwner(tree.handle(node), uid, gid);
        } catch (HostError e) {
            // Only root may give files away.
        }
    }
}
