package swivel.arm;

import static swivel.arm.VfpFeature.*;

import java.util.Arrays;

/**
 * The instructions of VFP, coprocessors 10 and 11 (ARM DDI 0406C, A7.5 to A7.9), NEON's moves from core registers
 * among them. A32 and T32 have the same words, but that a T32 word has the condition AL in its upper four bits.
 *
 * <p>{@link A32} and {@link T32} have rows for the classes of these words; this table says which instruction each is.
 * Its columns are those of {@link A32}, and the {@link VfpFeature} that an instruction needs. {@code z} is the bit for
 * double precision, and {@code d}, {@code n} and {@code m} are the two parts of a register's number. A word of another
 * coprocessor is of no row here.
 */
@SuppressWarnings("ImmutableEnumChecker") // BitPattern is immutable, only not annotated as such
public enum Vfp implements Row {

    // Data processing (A7.5)
    VMLA("cccc11100d00nnnndddd101zn0m0mmmm", "vmla<c>.<z?f64:f32> <Fd>, <Fn>, <Fm>", VFP2),
    VMLS("cccc11100d00nnnndddd101zn1m0mmmm", "vmls<c>.<z?f64:f32> <Fd>, <Fn>, <Fm>", VFP2),
    VNMLS("cccc11100d01nnnndddd101zn0m0mmmm", "vnmls<c>.<z?f64:f32> <Fd>, <Fn>, <Fm>", VFP2),
    VNMLA("cccc11100d01nnnndddd101zn1m0mmmm", "vnmla<c>.<z?f64:f32> <Fd>, <Fn>, <Fm>", VFP2),
    VMUL("cccc11100d10nnnndddd101zn0m0mmmm", "vmul<c>.<z?f64:f32> <Fd>, <Fn>, <Fm>", VFP2),
    VNMUL("cccc11100d10nnnndddd101zn1m0mmmm", "vnmul<c>.<z?f64:f32> <Fd>, <Fn>, <Fm>", VFP2),
    VADD("cccc11100d11nnnndddd101zn0m0mmmm", "vadd<c>.<z?f64:f32> <Fd>, <Fn>, <Fm>", VFP2),
    VSUB("cccc11100d11nnnndddd101zn1m0mmmm", "vsub<c>.<z?f64:f32> <Fd>, <Fn>, <Fm>", VFP2),
    VDIV("cccc11101d00nnnndddd101zn0m0mmmm", "vdiv<c>.<z?f64:f32> <Fd>, <Fn>, <Fm>", VFP2),
    VFNMS("cccc11101d01nnnndddd101zn0m0mmmm", "vfnms<c>.<z?f64:f32> <Fd>, <Fn>, <Fm>", FUSED),
    VFNMA("cccc11101d01nnnndddd101zn1m0mmmm", "vfnma<c>.<z?f64:f32> <Fd>, <Fn>, <Fm>", FUSED),
    VFMA("cccc11101d10nnnndddd101zn0m0mmmm", "vfma<c>.<z?f64:f32> <Fd>, <Fn>, <Fm>", FUSED),
    VFMS("cccc11101d10nnnndddd101zn1m0mmmm", "vfms<c>.<z?f64:f32> <Fd>, <Fn>, <Fm>", FUSED),
    VMOV_IMM("cccc11101d11iiiidddd101z-0-0iiii", "vmov<c>.<z?f64:f32> <Fd>, #<i>", VFP3),
    VMOV_REG("cccc11101d110000dddd101z01m0mmmm", "vmov<c>.<z?f64:f32> <Fd>, <Fm>", VFP2),
    VABS("cccc11101d110000dddd101z11m0mmmm", "vabs<c>.<z?f64:f32> <Fd>, <Fm>", VFP2),
    VNEG("cccc11101d110001dddd101z01m0mmmm", "vneg<c>.<z?f64:f32> <Fd>, <Fm>", VFP2),
    VSQRT("cccc11101d110001dddd101z11m0mmmm", "vsqrt<c>.<z?f64:f32> <Fd>, <Fm>", VFP2),
    VCMP_REG("cccc11101d110100dddd101zE1m0mmmm", "vcmp<E?e><c>.<z?f64:f32> <Fd>, <Fm>", VFP2),
    VCMP_ZERO("cccc11101d110101dddd101zE1-0----", "vcmp<E?e><c>.<z?f64:f32> <Fd>, #0.0", VFP2),

    // Bit 8 should be zero; where it is not, the word is of ARMv8, and undefined before.
    VCVT_FROM_HALF("cccc11101d110010dddd1010T1m0mmmm", "vcvt<T?t:b><c>.f32.f16 <Sd>, <Sm>", HALF_PRECISION),
    VCVT_TO_HALF("cccc11101d110011dddd1010T1m0mmmm", "vcvt<T?t:b><c>.f16.f32 <Sd>, <Sm>", HALF_PRECISION),
    VCVT_TO_SINGLE("cccc11101d110111dddd101111m0mmmm", "vcvt<c>.f32.f64 <Sd>, <Dm>", VFP2),
    VCVT_TO_DOUBLE("cccc11101d110111dddd101011m0mmmm", "vcvt<c>.f64.f32 <Dd>, <Sm>", VFP2),
    VCVT_FROM_INT("cccc11101d111000dddd101zs1m0mmmm", "vcvt<c>.<z?f64:f32>.<s?s32:u32> <Fd>, <Sm>", VFP2),
    VCVT_TO_INT("cccc11101d11110sdddd101zr1m0mmmm", "vcvt<r?:r><c>.<s?s32:u32>.<z?f64:f32> <Sd>, <Fm>", VFP2),
    VCVT_FROM_FIXED(
            "cccc11101d11101udddd101zx1i0iiii",
            "vcvt<c>.<z?f64:f32>.<u?u:s><x?32:16> <Fd>, <Fd>, #<vfp fraction>",
            VFP3),
    VCVT_TO_FIXED(
            "cccc11101d11111udddd101zx1i0iiii",
            "vcvt<c>.<u?u:s><x?32:16>.<z?f64:f32> <Fd>, <Fd>, #<vfp fraction>",
            VFP3),

    // Moves of two core registers (A7.9)
    VMOV_TO_SINGLES("cccc11000100uuuutttt101000m1mmmm", "vmov<c> <two singles>, <Rt>, <Ru>", VFP2),
    VMOV_FROM_SINGLES("cccc11000101uuuutttt101000m1mmmm", "vmov<c> <Rt>, <Ru>, <two singles>", VFP2),
    VMOV_TO_DOUBLE("cccc11000100uuuutttt101100m1mmmm", "vmov<c> <Dm>, <Rt>, <Ru>", VFP2),
    VMOV_FROM_DOUBLE("cccc11000101uuuutttt101100m1mmmm", "vmov<c> <Rt>, <Ru>, <Dm>", VFP2),

    // Loads and stores (A7.6). An odd number of words of doubleword registers is FLDMX or FSTMX (A8.8.50): the last
    // word is ignored.
    VSTR("cccc1101Ud00nnnndddd101ziiiiiiii", "vstr<c> <Fd>, <word address>", VFP2),
    VLDR("cccc1101Ud01nnnndddd101ziiiiiiii", "vldr<c> <Fd>, <word address>", VFP2),
    FSTMIAX("cccc11001dW0nnnndddd1011iiiiiii1", "fstmiax<c> <Rn><W?!>, <vfp registers>", VFP2),
    FLDMIAX("cccc11001dW1nnnndddd1011iiiiiii1", "fldmiax<c> <Rn><W?!>, <vfp registers>", VFP2),
    FSTMDBX("cccc11010d10nnnndddd1011iiiiiii1", "fstmdbx<c> <Rn>!, <vfp registers>", VFP2),
    FLDMDBX("cccc11010d11nnnndddd1011iiiiiii1", "fldmdbx<c> <Rn>!, <vfp registers>", VFP2),
    VPUSH("cccc11010d101101dddd101ziiiiiiii", "vpush<c> <vfp registers>", VFP2),
    VPOP("cccc11001d111101dddd101ziiiiiiii", "vpop<c> <vfp registers>", VFP2),
    VSTMIA("cccc11001dW0nnnndddd101ziiiiiiii", "vstmia<c> <Rn><W?!>, <vfp registers>", VFP2),
    VLDMIA("cccc11001dW1nnnndddd101ziiiiiiii", "vldmia<c> <Rn><W?!>, <vfp registers>", VFP2),
    VSTMDB("cccc11010d10nnnndddd101ziiiiiiii", "vstmdb<c> <Rn>!, <vfp registers>", VFP2),
    VLDMDB("cccc11010d11nnnndddd101ziiiiiiii", "vldmdb<c> <Rn>!, <vfp registers>", VFP2),

    // Moves of one core register (A7.8); a lane's register is where others have their first operand
    VMOV_TO_SINGLE("cccc11100000nnnntttt1010n--1----", "vmov<c> <Sn>, <Rt>", VFP2),
    VMOV_FROM_SINGLE("cccc11100001nnnntttt1010n--1----", "vmov<c> <Rt>, <Sn>", VFP2),
    VMSR("cccc11101110rrrrtttt1010---1----", "vmsr<c> <vfp register>, <Rt>", VFP2),
    VMRS("cccc11101111rrrrtttt1010---1----", "r1t15: vmrs<c> APSR_nzcv, fpscr | vmrs<c> <Rt>, <vfp register>", VFP2),
    VMOV_TO_LANE_8("cccc111001i0nnnntttt1011nii1----", "vmov<c>.8 <Dn>[<i>], <Rt>", SIMD),
    VMOV_TO_LANE_16("cccc111000i0nnnntttt1011ni11----", "vmov<c>.16 <Dn>[<i>], <Rt>", SIMD),
    VMOV_TO_LANE_32("cccc111000i0nnnntttt1011n001----", "vmov<c>.32 <Dn>[<i>], <Rt>", VFP2),
    VMOV_FROM_LANE_8("cccc1110u1i1nnnntttt1011nii1----", "vmov<c>.<u?u8:s8> <Rt>, <Dn>[<i>]", SIMD),
    VMOV_FROM_LANE_16("cccc1110u0i1nnnntttt1011ni11----", "vmov<c>.<u?u16:s16> <Rt>, <Dn>[<i>]", SIMD),
    VMOV_FROM_LANE_32("cccc111000i1nnnntttt1011n001----", "vmov<c>.32 <Rt>, <Dn>[<i>]", VFP2),
    VDUP_8("cccc11101100nnnntttt1011n001----", "vdup<c>.8 <Dn>, <Rt>", SIMD),
    VDUP_8_QUAD("cccc11101110nnn0tttt1011n001----", "vdup<c>.8 <Qn>, <Rt>", SIMD),
    VDUP_16("cccc11101000nnnntttt1011n011----", "vdup<c>.16 <Dn>, <Rt>", SIMD),
    VDUP_16_QUAD("cccc11101010nnn0tttt1011n011----", "vdup<c>.16 <Qn>, <Rt>", SIMD),
    VDUP_32("cccc11101000nnnntttt1011n001----", "vdup<c>.32 <Dn>, <Rt>", SIMD),
    VDUP_32_QUAD("cccc11101010nnn0tttt1011n001----", "vdup<c>.32 <Qn>, <Rt>", SIMD),

    // Everything else
    UNDEFINED("................................", ".inst <word>", VFP2);

    private final BitPattern bits;
    private final String syntax;
    private final VfpFeature feature;

    Vfp(String pattern, String syntax, VfpFeature feature) {
        this.bits = new BitPattern(pattern);
        this.syntax = syntax;
        this.feature = feature;
    }

    private static final Vfp[] ROWS = values();

    /** By bits 23:20, 8:6 and 4. */
    private static final RowIndex INDEX =
            new RowIndex(Arrays.stream(ROWS).map(row -> row.bits).toArray(BitPattern[]::new), 0x00f0_01d0);

    /**
     * The instruction of a word of coprocessor 10 or 11 in either instruction set; {@link #UNDEFINED} where there is
     * none.
     */
    public static Vfp decode(int word) {
        return ROWS[INDEX.find(word)];
    }

    @Override
    public BitPattern bits() {
        return bits;
    }

    /** How the instruction is written. */
    Syntax syntax() {
        return new Syntax(bits, syntax, VectorOperands.BY_NAME);
    }

    /** What a processor must have to execute it. */
    public VfpFeature feature() {
        return feature;
    }

    @Override
    public Sensitivity sensitivity() {
        return Sensitivity.NONE;
    }

    @Override
    public ArmVersion since() {
        return feature.since();
    }

    @Override
    public int condition(int word) {
        return Fields.cond(word);
    }

    @Override
    public Arguments arguments(int word) {
        return VfpArguments.of(this, word);
    }

    /** A field of a word of this row, by its letter in the pattern. */
    int field(char letter, int word) {
        return bits.field(letter, word);
    }
}
