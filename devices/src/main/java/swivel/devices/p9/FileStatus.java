package swivel.devices.p9;

/**
 * What {@code statx} says of a file.
 *
 * @param device the file system that it is on
 * @param mode type and permissions
 */
record FileStatus(
        long device,
        long inode,
        int mode,
        int uid,
        int gid,
        int links,
        long rawDevice,
        long size,
        int blockSize,
        long blocks,
        Time accessed,
        Time modified,
        Time changed) {
    /** Types of files in a mode (POSIX.1-2024, sys/stat.h; Linux). */
    static final int TYPE = 0xf000;

    static final int FIFO = 0x1000;
    static final int DIRECTORY = 0x4000;
    static final int REGULAR = 0x8000;
    static final int LINK = 0xa000;
    static final int SOCKET = 0xc000;

    /** Permissions in a mode, with the bits for set-user-id, set-group-id and sticky. */
    static final int PERMISSIONS = 07777;

    /** A point of time, since 1970. */
    record Time(long seconds, int nanoseconds) {}

    int type() {
        return mode & TYPE;
    }

    boolean isDirectory() {
        return type() == DIRECTORY;
    }
}
