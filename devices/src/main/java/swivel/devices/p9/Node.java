package swivel.devices.p9;

/** A file that the guest knows: a name in a directory, and which file it was when the guest looked. */
final class Node {
    static final int NONE = -1;

    /** Null for the root; and for what has lost its name, to which only the handle leads. */
    Node parent;

    String name;
    /** Which file it is: the same numbers are the same file. */
    final long device;

    final long inode;
    final int type;
    /** Files that the guest has in hand and nodes of names in this directory. */
    int users;
    /** Names the file, while it is open; {@link NodeTree} opens it again when it is needed. */
    int handle = NONE;

    Node(Node parent, String name, FileStatus status) {
        this.parent = parent;
        this.name = name;
        this.device = status.device();
        this.inode = status.inode();
        this.type = status.type();
    }

    boolean is(FileStatus status) {
        return device == status.device() && inode == status.inode() && type == status.type();
    }

    boolean isDirectory() {
        return type == FileStatus.DIRECTORY;
    }
}
