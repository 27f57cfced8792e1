package swivel.arm;

/**
 * Why an access aborts, with the fault status codes that the two formats of translation tables have for it (ARM DDI
 * 0406C, B3.13.3 and B3.13.4, tables B3-23 and B3-24).
 */
public enum FaultStatus {
    ALIGNMENT(0b00001, 0b10_0001),
    DEBUG_EVENT(0b00010, 0b10_0010),
    INSTRUCTION_CACHE_MAINTENANCE(0b00100, FaultStatus.NONE),
    TRANSLATION_1(0b00101, 0b00_0101),
    TRANSLATION_2(0b00111, 0b00_0110),
    TRANSLATION_3(FaultStatus.NONE, 0b00_0111),
    ACCESS_FLAG_1(0b00011, 0b00_1001),
    ACCESS_FLAG_2(0b00110, 0b00_1010),
    ACCESS_FLAG_3(FaultStatus.NONE, 0b00_1011),
    DOMAIN_1(0b01001, FaultStatus.NONE),
    DOMAIN_2(0b01011, FaultStatus.NONE),
    PERMISSION_1(0b01101, 0b00_1101),
    PERMISSION_2(0b01111, 0b00_1110),
    PERMISSION_3(FaultStatus.NONE, 0b00_1111),
    EXTERNAL(0b01000, 0b01_0000),
    EXTERNAL_ON_WALK_1(0b01100, 0b01_0101),
    EXTERNAL_ON_WALK_2(0b01110, 0b01_0110),
    EXTERNAL_ON_WALK_3(FaultStatus.NONE, 0b01_0111),
    TLB_CONFLICT(0b10000, 0b11_0000),
    ASYNCHRONOUS_EXTERNAL(0b10110, 0b01_0001);

    /** The code of a fault that a format does not have. */
    private static final int NONE = -1;

    /** DFSR: the access was a write; cache maintenance counts as one. */
    public static final int WNR = 1 << 11;

    /** DFSR and IFSR: the status is that of long descriptors. */
    public static final int LPAE = 1 << 9;

    private final int code;
    private final int longCode;

    FaultStatus(int code, int longCode) {
        this.code = code;
        this.longCode = longCode;
    }

    /** At a level of the walk, 1 to 3, of which short descriptors have two. */
    public static FaultStatus translation(int level) {
        return level == 1 ? TRANSLATION_1 : level == 2 ? TRANSLATION_2 : TRANSLATION_3;
    }

    public static FaultStatus accessFlag(int level) {
        return level == 1 ? ACCESS_FLAG_1 : level == 2 ? ACCESS_FLAG_2 : ACCESS_FLAG_3;
    }

    public static FaultStatus permission(int level) {
        return level == 1 ? PERMISSION_1 : level == 2 ? PERMISSION_2 : PERMISSION_3;
    }

    public static FaultStatus externalOnWalk(int level) {
        return level == 1 ? EXTERNAL_ON_WALK_1 : level == 2 ? EXTERNAL_ON_WALK_2 : EXTERNAL_ON_WALK_3;
    }

    /** FS[4:0], with short descriptors; negative if they do not have this fault. */
    public int code() {
        return code;
    }

    /** STATUS[5:0], with long descriptors; negative if they do not have this fault. */
    public int longCode() {
        return longCode;
    }

    /** IFSR with long descriptors. */
    public int longIfsr() {
        return LPAE | longCode;
    }

    /** DFSR with long descriptors. */
    public int longDfsr(boolean write) {
        return LPAE | longCode | (write ? WNR : 0);
    }

    /** The status bits of short descriptors at their places: FS[4] in bit 10, FS[3:0] in bits 3:0. This is IFSR. */
    public int ifsr() {
        return (code & 0x10) << 6 | (code & 0xf);
    }

    /**
     * DFSR with short descriptors: the status, the domain (0 to 15, in bits 7:4; 0 where the walk found none) and
     * whether it was a write.
     */
    public int dfsr(int domain, boolean write) {
        return ifsr() | domain << 4 | (write ? WNR : 0);
    }
}
