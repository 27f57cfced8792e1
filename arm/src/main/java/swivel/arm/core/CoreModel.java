package swivel.arm.core;

import java.util.List;
import java.util.Locale;
import swivel.arm.Cp14;
import swivel.arm.Cp15;

/**
 * A core as data.
 *
 * <p>All are as QEMU's {@code virt} board has them, without Virtualization and Security Extensions.
 */
@SuppressWarnings("ImmutableEnumChecker") // its tables are not changed once they are made
public enum CoreModel {
    /** Cortex-A15 r4p0 (ARM DDI 0438). */
    CORTEX_A15(CortexA15.cp15(), Armv7Registers.cp14(0x21), Armv7Registers.CACHE_SIZES, CortexA15.FLOATING_POINT),
    /** Cortex-A7 MPCore r0p5 (ARM DDI 0464). */
    CORTEX_A7(CortexA7.cp15(), Armv7Registers.cp14(0x05), Armv7Registers.CACHE_SIZES, CortexA7.FLOATING_POINT);

    private final RegisterTable<Cp15> cp15;
    private final RegisterTable<Cp14> cp14;
    private final List<Unnamed> unnamed = Armv7Registers.UNNAMED;
    private final int[] cacheSizes;
    private final FloatingPointUnit floatingPoint;

    CoreModel(RegisterTable<Cp15> cp15, RegisterTable<Cp14> cp14, int[] cacheSizes, FloatingPointUnit floatingPoint) {
        this.cp15 = cp15;
        this.cp14 = cp14;
        this.cacheSizes = cacheSizes;
        this.floatingPoint = floatingPoint;
    }

    /** What people call it, and device trees: {@code cortex-a15}. */
    public String commonName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The registers of the system control coprocessor. */
    public RegisterTable<Cp15> cp15() {
        return cp15;
    }

    /** What there is of VFP and Advanced SIMD, if it is not left out. */
    public FloatingPointUnit floatingPoint() {
        return floatingPoint;
    }

    /** The registers of coprocessor 14. */
    public RegisterTable<Cp14> cp14() {
        return cp14;
    }

    /**
     * Whether an MRC or MCR of coprocessor 15 that names no register of this core reads as zero, or does nothing, in
     * privileged modes.
     */
    public boolean ignores(int word) {
        if (Cp15.isWide(word)) {
            return false;
        }
        for (Unnamed some : unnamed) {
            if (some.has(word)) {
                return true;
            }
        }
        return false;
    }

    /** CCSIDR of the cache that CSSELR selects (ARM DDI 0406C, B4.1.19); 0 if there is none. */
    public int cacheSize(int selection) {
        return selection < cacheSizes.length ? cacheSizes[selection] : 0;
    }
}
