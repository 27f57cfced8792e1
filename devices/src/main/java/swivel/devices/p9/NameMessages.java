package swivel.devices.p9;

/** Making, linking, renaming and removing files: names in directories. */
final class NameMessages {
    private static final int REMOVE_DIRECTORY = 0x200;

    private final Session session;
    private final HostFiles files;
    private final NodeTree tree;
    private final Message in;
    private final Message out;

    NameMessages(Session session) {
        this.session = session;
        this.files = session.files;
        this.tree = session.tree;
        this.in = session.in;
        this.out = session.out;
    }

    void readLink() throws HostError {
        out.string(files.linkTarget(session.handle(session.fid())));
    }

    void makeLink() throws HostError {
        Fid directory = session.fid();
        String name = session.newName();
        String target = in.string();
        int gid = in.u32();
        files.makeLink(target, session.handle(directory), name);
        Node node = tree.step(directory.node, name);
        try {
            session.setOwner(node, directory.user, gid);
            session.qid(node);
        } finally {
            tree.release(node);
        }
    }

    /** Devices are not made: they would be the host's. */
    void makeNode() throws HostError {
        Fid directory = session.fid();
        String name = session.newName();
        int mode = in.u32();
        long _ = in.u64(); // which device
        int gid = in.u32();
        switch (mode & FileStatus.TYPE) {
            case 0, FileStatus.REGULAR, FileStatus.FIFO, FileStatus.SOCKET -> {}
            default -> throw new HostError(HostError.EPERM);
        }
        files.makeNode(session.handle(directory), name, mode & (FileStatus.TYPE | Session.PERMISSIONS_AT_FIRST));
        own(directory, name, mode, gid);
    }

    void makeDirectory() throws HostError {
        Fid directory = session.fid();
        String name = session.newName();
        int mode = in.u32();
        int gid = in.u32();
        files.makeDirectory(session.handle(directory), name, mode & Session.PERMISSIONS_AT_FIRST);
        own(directory, name, mode, gid);
    }

    /** Makes what is new the guest's, and answers with it. */
    private void own(Fid directory, String name, int mode, int gid) throws HostError {
        Node node = tree.step(directory.node, name);
        try {
            if (node.type != FileStatus.LINK) { // somebody else may have put one there
                session.setOwnerAndMode(node, directory.user, gid, mode);
            }
            session.qid(node);
        } finally {
            tree.release(node);
        }
    }

    void link() throws HostError {
        Fid directory = session.fid();
        Fid file = session.fid();
        String name = session.newName();
        int to = session.handle(directory);
        files.link(session.handle(file), to, name);
    }

    void rename() throws HostError {
        Fid fid = session.fid();
        Fid directory = session.fid();
        String name = session.newName();
        Node node = fid.node;
        if (node.parent == null) {
            throw new HostError(HostError.EINVAL); // the root, or gone
        }
        move(node.parent, node.name, directory.node, name);
    }

    void renameAt() throws HostError {
        Node directory = session.fid().node;
        String name = session.newName();
        Node newDirectory = session.fid().node;
        move(directory, name, newDirectory, session.newName());
    }

    private void move(Node directory, String name, Node newDirectory, String newName) throws HostError {
        tree.beforeRemoval(newDirectory, newName);
        files.rename(tree.handle(directory), name, tree.handle(newDirectory), newName);
        tree.renamed(directory, name, newDirectory, newName);
    }

    void unlinkAt() throws HostError {
        Node directory = session.fid().node;
        String name = session.name();
        int flags = in.u32();
        if (name.equals(".") || (flags & ~REMOVE_DIRECTORY) != 0) {
            throw new HostError(HostError.EINVAL);
        }
        if (name.equals("..")) {
            throw new HostError(HostError.ENOTEMPTY);
        }
        remove(directory, name, (flags & REMOVE_DIRECTORY) != 0);
    }

    private void remove(Node directory, String name, boolean isDirectory) throws HostError {
        tree.beforeRemoval(directory, name);
        files.remove(tree.handle(directory), name, isDirectory);
        tree.removed(directory, name);
    }

    /** Removes a file, and lets go of it in any case. */
    void remove() throws HostError {
        Fid fid = session.take();
        try {
            Node node = fid.node;
            if (session.readOnly) {
                throw new HostError(HostError.EROFS);
            }
            if (node.parent == null) {
                throw new HostError(HostError.EINVAL);
            }
            remove(node.parent, node.name, node.isDirectory());
        } finally {
            session.letGo(fid);
        }
    }
}
