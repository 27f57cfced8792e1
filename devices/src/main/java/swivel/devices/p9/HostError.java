package swivel.devices.p9;

/** What was asked for fails with an error number of Linux, which the guest is told. */
final class HostError extends Exception {
    private static final long serialVersionUID = 1;

    // The error numbers that are made here, the same on every Linux (asm-generic/errno-base.h, errno.h).

    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EBADF = 9;
    static final int EACCES = 13;
    static final int EEXIST = 17;
    static final int ENOTDIR = 20;
    static final int EISDIR = 21;
    static final int EINVAL = 22;
    static final int ENFILE = 23;
    static final int EMFILE = 24;
    static final int ENOSPC = 28;
    static final int EROFS = 30;
    static final int ENXIO = 6;
    static final int E2BIG = 7;
    static final int ENAMETOOLONG = 36;
    static final int ENOSYS = 38;
    static final int ENOTEMPTY = 39;
    static final int ELOOP = 40;
    static final int EMSGSIZE = 90;
    static final int EOPNOTSUPP = 95;
    static final int ENOBUFS = 105;
    static final int ESTALE = 116;

    private final int number;

    /** Without a stack trace: a guest may cause a million of these. */
    HostError(int number) {
        super("error " + number, null, false, false);
        this.number = number;
    }

    int number() {
        return number;
    }
}
