package swivel.arm;

/**
 * How the words of LDM, STM, RFE and SRS lie about their base, in the order of the bits P and U (ARM DDI 0406C, A8.8.58
 * to A8.8.61, A8.8.199 to A8.8.201, B9.3.13, B9.3.16). The lowest register is at the lowest address in all of them.
 */
public enum BlockMode {
    /** Decrement after: the base is the address of the highest word. */
    DA(false),
    /** Increment after: of the lowest. */
    IA(true),
    /** Decrement before: of what is behind the highest word. */
    DB(false),
    /** Increment before: of what is in front of the lowest. */
    IB(true);

    private static final BlockMode[] VALUES = values();

    private final boolean up;

    BlockMode(boolean up) {
        this.up = up;
    }

    /** That of an A32 word. */
    static BlockMode of(int word) {
        return VALUES[Fields.bits(word, 24, 23)];
    }

    /** The lowest address of a transfer of so many bytes, less its base. */
    public int lowest(int bytes) {
        return switch (this) {
            case DA -> 4 - bytes;
            case IA -> 0;
            case DB -> -bytes;
            case IB -> 4;
        };
    }

    /** What writing back adds to the base. */
    public int step(int bytes) {
        return up ? bytes : -bytes;
    }
}
