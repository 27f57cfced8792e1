package swivel.devices;

/** The registers of a {@link GicV2} through which one CPU takes its interrupts (ARM IHI 0048B, 4.1.3 and 4.4). */
final class GicCpuInterface implements WordRegisters {
    /** CPU interface control (4.4.1). */
    static final int CTLR = 0x000;
    /** Priority mask (4.4.2). */
    static final int PMR = 0x004;
    /** Binary point (4.4.3). */
    static final int BPR = 0x008;
    /** Interrupt acknowledge (4.4.4). */
    static final int IAR = 0x00c;
    /** End of interrupt (4.4.5). */
    static final int EOIR = 0x010;
    /** Running priority (4.4.6). */
    static final int RPR = 0x014;
    /** Highest priority pending interrupt (4.4.7). */
    static final int HPPIR = 0x018;
    /** Binary point of Group 1 (4.4.8). */
    static final int ABPR = 0x01c;
    /** Interrupt acknowledge for Group 1 (4.4.9). */
    static final int AIAR = 0x020;
    /** End of interrupt for Group 1 (4.4.10). */
    static final int AEOIR = 0x024;
    /** Highest priority pending interrupt of Group 1 (4.4.11). */
    static final int AHPPIR = 0x028;
    /** Active priorities of Group 0, four words (4.4.12). */
    static final int APR = 0x0d0;
    /** Active priorities of Group 1, four words (4.4.13). */
    static final int NSAPR = 0x0e0;
    /** Identification (4.4.14). */
    static final int IIDR = 0x0fc;
    /** Deactivate interrupt (4.4.15). */
    static final int DIR = 0x1000;

    /** CTLR: signal Group 0, Group 1. */
    static final int ENABLE_GROUP0 = 1;

    static final int ENABLE_GROUP1 = 1 << 1;
    /** CTLR.AckCtl: IAR acknowledges Group 1 too. */
    static final int ACKNOWLEDGE_ALL = 1 << 2;
    /** CTLR.FIQEn: Group 0 is signalled as FIQ. */
    static final int FIQ_ENABLE = 1 << 3;
    /** CTLR.CBPR: BPR serves both groups. */
    static final int COMMON_BINARY_POINT = 1 << 4;
    /** CTLR.EOImode: EOIR only drops the priority, DIR deactivates. */
    static final int SEPARATE_DEACTIVATE = 1 << 9;

    private static final int CTLR_BITS = 0x3ff;

    private static final int BINARY_POINT_BITS = 7;
    static final int MIN_ALIASED_BINARY_POINT = 1;

    /** IAR.CPUID at bits 12:10: the CPU that sent an SGI. */
    private static final int IAR_CPUID = 10;

    private static final int INTID_BITS = 0x3ff;

    /** IIDR.Architecture at bits 19:16: version 2. */
    private static final int ARCHITECTURE_2 = 2 << 16;

    private final GicV2 gic;
    private final GicV2.State state;
    private final int cpu;

    GicCpuInterface(GicV2 gic, int cpu) {
        this.gic = gic;
        this.state = gic.state;
        this.cpu = cpu;
    }

    @Override
    public int readWord(int offset) {
        return switch (offset) {
            case CTLR -> state.control[cpu];
            case PMR -> state.priorityMask[cpu];
            case BPR -> state.binaryPoint[cpu];
            case IAR -> acknowledge(visible(gic.signalled(cpu), false));
            case RPR -> gic.runningPriority(cpu);
            case HPPIR -> withSource(visible(gic.highestPending(cpu), false));
            case ABPR -> state.aliasedBinaryPoint[cpu];
            case AIAR -> acknowledge(visible(gic.signalled(cpu), true));
            case AHPPIR -> withSource(visible(gic.highestPending(cpu), true));
            case APR, APR + 4, APR + 8, APR + 12, NSAPR, NSAPR + 4, NSAPR + 8, NSAPR + 12 ->
                state.activePriorities[activePrioritiesIndex(offset)];
            case IIDR -> ARCHITECTURE_2 | GicDistributor.IMPLEMENTER_ARM;
            default -> 0;
        };
    }

    @Override
    public void writeWord(int offset, int value, int lanes) {
        switch (offset) {
            case CTLR -> state.control[cpu] = (state.control[cpu] & ~lanes | value) & CTLR_BITS;
            case PMR -> state.priorityMask[cpu] = value & 0xff;
            case BPR -> state.binaryPoint[cpu] = value & BINARY_POINT_BITS;
            case ABPR -> state.aliasedBinaryPoint[cpu] = Math.max(value & BINARY_POINT_BITS, MIN_ALIASED_BINARY_POINT);
            case EOIR -> end(value & INTID_BITS, false);
            case AEOIR -> end(value & INTID_BITS, true);
            case DIR -> {
                if ((state.control[cpu] & SEPARATE_DEACTIVATE) != 0) {
                    deactivate(value & INTID_BITS);
                }
            }
            case APR, APR + 4, APR + 8, APR + 12, NSAPR, NSAPR + 4, NSAPR + 8, NSAPR + 12 ->
                state.activePriorities[activePrioritiesIndex(offset)] = value;
            default -> {}
        }
        gic.update();
    }

    private int activePrioritiesIndex(int offset) {
        return GicV2.activePriorities(cpu, offset >= NSAPR ? 1 : 0) + (offset >>> 2 & 3);
    }

    /**
     * What a register shows of an interrupt: the aliased ones only Group 1, the others that only if told so (4.4.4).
     */
    private int visible(int intid, boolean aliased) {
        if (intid == GicV2.SPURIOUS) {
            return intid;
        }
        boolean group1 = gic.isGroup1(cpu, intid);
        if (aliased) {
            return group1 ? intid : GicV2.SPURIOUS;
        }
        return group1 && (state.control[cpu] & ACKNOWLEDGE_ALL) == 0 ? GicV2.GROUP1_PENDING : intid;
    }

    private int acknowledge(int intid) {
        return intid >= GicV2.FIRST_SPECIAL ? intid : intid | gic.activate(cpu, intid) << IAR_CPUID;
    }

    private int withSource(int intid) {
        int sources = intid < GicV2.SGIS ? gic.sgiSources(cpu, intid) : 0;
        return sources == 0 ? intid : intid | Integer.numberOfTrailingZeros(sources) << IAR_CPUID;
    }

    private void end(int intid, boolean aliased) {
        if (!gic.exists(intid) || aliased && !gic.isGroup1(cpu, intid)) {
            return;
        }
        gic.dropPriority(cpu, gic.isGroup1(cpu, intid) ? 1 : 0);
        if ((state.control[cpu] & SEPARATE_DEACTIVATE) == 0) {
            deactivate(intid);
        }
    }

    private void deactivate(int intid) {
        if (gic.exists(intid)) {
            GicV2.set(state.active, gic.slot(cpu, intid), false);
        }
    }
}
