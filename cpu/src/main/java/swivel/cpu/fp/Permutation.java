package swivel.cpu.fp;

/**
 * What Advanced SIMD instructions do that only move elements (ARM DDI 0406C, A8.8). Registers are called d, a and b,
 * and p is the parameter of a code of {@link Vectors}.
 */
public enum Permutation {
    /** VEXT: d = the bytes of a, and behind them those of b, from byte p on. */
    EXTRACT,
    /** VREV64, VREV32, VREV16: d = the elements of a in reverse order within groups of p bits. */
    REVERSE,
    /** VDUP: all elements of d = element p of doubleword a. */
    DUPLICATE,
    /** VTBL: bytes of d = those of the p doublewords from a on that the bytes of b name, or zero. */
    LOOK_UP,
    /** VTBX: the same, but a byte of d stays where that of b names none. */
    LOOK_UP_KEEPING,
    /** VSWP: d and a change places, and so it is both that the next three write. */
    SWAP,
    TRANSPOSE,
    UNZIP,
    ZIP
}
