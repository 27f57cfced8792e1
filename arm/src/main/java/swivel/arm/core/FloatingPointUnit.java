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

    /** In MVFR0: registers, 1 for d0 to d15 and 2 for d0 to d31. */
    private static final int REGISTERS = 0xf;

    private static final int SIXTEEN = 1;

    /** Whether there is any. */
    public boolean isPresent() {
        return mvfr0 != 0;
    }

    /** Whether there is Advanced SIMD. */
    public boolean hasSimd() {
        return (mvfr1 & SINGLE_PRECISION_SIMD) != 0;
    }

    /** Whether there are d16 to d31. */
    public boolean hasUpperRegisters() {
        return (mvfr0 & REGISTERS) > SIXTEEN;
    }

    /** The same without d16 to d31, and so without Advanced SIMD. */
    public FloatingPointUnit withoutUpperRegisters() {
        return new FloatingPointUnit(fpsid, mvfr0 & ~REGISTERS | SIXTEEN, mvfr1 & ~SIMD);
    }

    /** The same without Advanced SIMD. */
    public FloatingPointUnit withoutSimd() {
        return new FloatingPointUnit(fpsid, mvfr0, mvfr1 & ~SIMD);
    }
}
