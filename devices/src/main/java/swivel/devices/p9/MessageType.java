package swivel.devices.p9;

import static swivel.devices.p9.MessageType.Effect.CHANGES;
import static swivel.devices.p9.MessageType.Effect.NONE;

/** The messages of 9P2000.L that are served, by the number of the request; the answer's is one more. */
enum MessageType {
    STATFS(8, NONE),
    LOPEN(12, NONE),
    LCREATE(14, CHANGES),
    SYMLINK(16, CHANGES),
    MKNOD(18, CHANGES),
    RENAME(20, CHANGES),
    READLINK(22, NONE),
    GETATTR(24, NONE),
    SETATTR(26, CHANGES),
    XATTRWALK(30, NONE),
    XATTRCREATE(32, CHANGES),
    READDIR(40, NONE),
    FSYNC(50, NONE),
    LOCK(52, NONE),
    GETLOCK(54, NONE),
    LINK(70, CHANGES),
    MKDIR(72, CHANGES),
    RENAMEAT(74, CHANGES),
    UNLINKAT(76, CHANGES),
    VERSION(100, NONE),
    ATTACH(104, NONE),
    FLUSH(108, NONE),
    WALK(110, NONE),
    READ(116, NONE),
    WRITE(118, CHANGES),
    CLUNK(120, NONE),
    REMOVE(122, CHANGES);

    /** Whether a share that is read-only refuses it. */
    enum Effect {
        NONE,
        CHANGES
    }

    /** The answer to whatever fails. */
    static final int RLERROR = 7;

    private static final MessageType[] BY_NUMBER = new MessageType[256];

    static {
        for (MessageType type : values()) {
            BY_NUMBER[type.number] = type;
        }
    }

    private final int number;
    private final Effect effect;

    MessageType(int number, Effect effect) {
        this.number = number;
        this.effect = effect;
    }

    /** Null if there is none. */
    static MessageType of(int number) {
        return BY_NUMBER[number];
    }

    int answer() {
        return number + 1;
    }

    boolean changes() {
        return effect == CHANGES;
    }
}
