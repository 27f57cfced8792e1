package swivel.arm.core;

/**
 * What a core has of VFP and Advanced SIMD, as its identification registers say it (ARM DDI 0406C, B4.1.58, B4.1.114,
 * B4.1.115).
 */
public record FloatingPointUnit(int fpsid, int mvfr0, int mvfr1) {
    /** Neither of them. */
    public static final FloatingPointUnit NONE = new FloatingPointUnit(0, 0, 0);

    /** In MVFR1: loads and stores, integers and single precision of Advanced SIMD; its half precision. */
    private static final int SIMD = 0x00ff_ff00;

    private static final int SINGLE_PRECISION_SIMD = 0x000f_ff00;

    /** Whether there is any. */
    public boolean isPresent() {
        return mvfr0 != 0;
    }

    /** Whether there is Advanced SIMD. */
    public boolean hasSimd() {
        return (mvfr1 & SINGLE_PRECISION_SIMD) != 0;
    }

    /** The same without Advanced SIMD. */
    public FloatingPointUnit withoutSimd() {
        return new FloatingPointUnit(fpsid, mvfr0, mvfr1 & ~SIMD);
    }
}
