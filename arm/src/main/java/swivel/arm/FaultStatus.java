package swivel.arm;

/** Fault status codes of the short-descriptor format, for DFSR and IFSR (ARM DDI 0406C, B3.13.3, tables B3-23 and B3-24). */
public enum FaultStatus {
    ALIGNMENT(0b00001),
    DEBUG_EVENT(0b00010),
    ACCESS_FLAG_1(0b00011),
    INSTRUCTION_CACHE_MAINTENANCE(0b00100),
    TRANSLATION_1(0b00101),
    ACCESS_FLAG_2(0b00110),
    TRANSLATION_2(0b00111),
    EXTERNAL(0b01000),
    DOMAIN_1(0b01001),
    DOMAIN_2(0b01011),
    EXTERNAL_ON_WALK_1(0b01100),
    PERMISSION_1(0b01101),
    EXTERNAL_ON_WALK_2(0b01110),
    PERMISSION_2(0b01111),
    TLB_CONFLICT(0b10000);

    /** DFSR: the access was a write; cache maintenance counts as one. */
    public static final int WNR = 1 << 11;

    private final int code;

    FaultStatus(int code) {
        this.code = code;
    }

    /** FS[4:0]. */
    public int code() {
        return code;
    }

    /** The status bits at their places: FS[4] in bit 10, FS[3:0] in bits 3:0. This is IFSR. */
    public int ifsr() {
        return (code & 0x10) << 6 | (code & 0xf);
    }

    /** DFSR: the status, the domain (0 to 15, in bits 7:4; 0 where the walk found none) and whether it was a write. */
    public int dfsr(int domain, boolean write) {
        return ifsr() | domain << 4 | (write ? WNR : 0);
    }
}
