package swivel.arm;

import static swivel.arm.VfpFeature.*;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The instructions of NEON, Advanced SIMD (ARM DDI 0406C, A7.4, A7.7), as words of A32. T32 has the same with other
 * upper bits, which {@link #decode} knows; those that move core registers are in {@link Vfp}.
 *
 * <p>The columns are those of {@link Vfp}, and where some words of a row are UNDEFINED the {@link FieldCondition}s for
 * that. Not written there is that a quadword register must have an even number: a register that is written
 * {@code <Qd>}, or {@code <Vd>} where field Q is one. Fields are z for the size of elements, u for unsigned, Q for
 * quadwords; d, n and m are the two parts of a register's number.
 */
@SuppressWarnings("ImmutableEnumChecker") // BitPattern is immutable, only not annotated as such
public enum Neon implements Row {

    // Three registers of the same length (A7.4.1)
    VHADD("1111001u0dzznnnndddd0000nQm0mmmm", "vhadd.<u?u:s><8z> <Vd>, <Vn>, <Vm>", "z3"),
    VQADD("1111001u0dzznnnndddd0000nQm1mmmm", "vqadd.<u?u:s><8z> <Vd>, <Vn>, <Vm>"),
    VRHADD("1111001u0dzznnnndddd0001nQm0mmmm", "vrhadd.<u?u:s><8z> <Vd>, <Vn>, <Vm>", "z3"),
    VAND("111100100d00nnnndddd0001nQm1mmmm", "vand <Vd>, <Vn>, <Vm>"),
    VBIC("111100100d01nnnndddd0001nQm1mmmm", "vbic <Vd>, <Vn>, <Vm>"),
    VORR("111100100d10nnnndddd0001nQm1mmmm", "vorr <Vd>, <Vn>, <Vm>"),
    VORN("111100100d11nnnndddd0001nQm1mmmm", "vorn <Vd>, <Vn>, <Vm>"),
    VEOR("111100110d00nnnndddd0001nQm1mmmm", "veor <Vd>, <Vn>, <Vm>"),
    VBSL("111100110d01nnnndddd0001nQm1mmmm", "vbsl <Vd>, <Vn>, <Vm>"),
    VBIT("111100110d10nnnndddd0001nQm1mmmm", "vbit <Vd>, <Vn>, <Vm>"),
    VBIF("111100110d11nnnndddd0001nQm1mmmm", "vbif <Vd>, <Vn>, <Vm>"),
    VHSUB("1111001u0dzznnnndddd0010nQm0mmmm", "vhsub.<u?u:s><8z> <Vd>, <Vn>, <Vm>", "z3"),
    VQSUB("1111001u0dzznnnndddd0010nQm1mmmm", "vqsub.<u?u:s><8z> <Vd>, <Vn>, <Vm>"),
    VCGT("1111001u0dzznnnndddd0011nQm0mmmm", "vcgt.<u?u:s><8z> <Vd>, <Vn>, <Vm>", "z3"),
    VCGE("1111001u0dzznnnndddd0011nQm1mmmm", "vcge.<u?u:s><8z> <Vd>, <Vn>, <Vm>", "z3"),
    VSHL_REG("1111001u0dzznnnndddd0100nQm0mmmm", "vshl.<u?u:s><8z> <Vd>, <Vm>, <Vn>"),
    VQSHL_REG("1111001u0dzznnnndddd0100nQm1mmmm", "vqshl.<u?u:s><8z> <Vd>, <Vm>, <Vn>"),
    VRSHL("1111001u0dzznnnndddd0101nQm0mmmm", "vrshl.<u?u:s><8z> <Vd>, <Vm>, <Vn>"),
    VQRSHL("1111001u0dzznnnndddd0101nQm1mmmm", "vqrshl.<u?u:s><8z> <Vd>, <Vm>, <Vn>"),
    VMAX("1111001u0dzznnnndddd0110nQm0mmmm", "vmax.<u?u:s><8z> <Vd>, <Vn>, <Vm>", "z3"),
    VMIN("1111001u0dzznnnndddd0110nQm1mmmm", "vmin.<u?u:s><8z> <Vd>, <Vn>, <Vm>", "z3"),
    VABD("1111001u0dzznnnndddd0111nQm0mmmm", "vabd.<u?u:s><8z> <Vd>, <Vn>, <Vm>", "z3"),
    VABA("1111001u0dzznnnndddd0111nQm1mmmm", "vaba.<u?u:s><8z> <Vd>, <Vn>, <Vm>", "z3"),
    VADD("111100100dzznnnndddd1000nQm0mmmm", "vadd.i<8z> <Vd>, <Vn>, <Vm>"),
    VSUB("111100110dzznnnndddd1000nQm0mmmm", "vsub.i<8z> <Vd>, <Vn>, <Vm>"),
    VTST("111100100dzznnnndddd1000nQm1mmmm", "vtst.<8z> <Vd>, <Vn>, <Vm>", "z3"),
    VCEQ("111100110dzznnnndddd1000nQm1mmmm", "vceq.i<8z> <Vd>, <Vn>, <Vm>", "z3"),
    VMLA("111100100dzznnnndddd1001nQm0mmmm", "vmla.i<8z> <Vd>, <Vn>, <Vm>", "z3"),
    VMLS("111100110dzznnnndddd1001nQm0mmmm", "vmls.i<8z> <Vd>, <Vn>, <Vm>", "z3"),
    VMUL("111100100dzznnnndddd1001nQm1mmmm", "vmul.i<8z> <Vd>, <Vn>, <Vm>", "z3"),
    VMUL_P8("111100110d00nnnndddd1001nQm1mmmm", "vmul.p8 <Vd>, <Vn>, <Vm>"),
    VPMAX("1111001u0dzznnnndddd1010n0m0mmmm", "vpmax.<u?u:s><8z> <Dd>, <Dn>, <Dm>", "z3"),
    VPMIN("1111001u0dzznnnndddd1010n0m1mmmm", "vpmin.<u?u:s><8z> <Dd>, <Dn>, <Dm>", "z3"),
    VQDMULH("111100100dzznnnndddd1011nQm0mmmm", "vqdmulh.s<8z> <Vd>, <Vn>, <Vm>", "z0 | z3"),
    VQRDMULH("111100110dzznnnndddd1011nQm0mmmm", "vqrdmulh.s<8z> <Vd>, <Vn>, <Vm>", "z0 | z3"),
    VPADD("111100100dzznnnndddd1011n0m1mmmm", "vpadd.i<8z> <Dd>, <Dn>, <Dm>", "z3"),
    VFMA("111100100d00nnnndddd1100nQm1mmmm", "vfma.f32 <Vd>, <Vn>, <Vm>", FUSED),
    VFMS("111100100d10nnnndddd1100nQm1mmmm", "vfms.f32 <Vd>, <Vn>, <Vm>", FUSED),
    VADD_F32("111100100d00nnnndddd1101nQm0mmmm", "vadd.f32 <Vd>, <Vn>, <Vm>"),
    VSUB_F32("111100100d10nnnndddd1101nQm0mmmm", "vsub.f32 <Vd>, <Vn>, <Vm>"),
    VPADD_F32("111100110d00nnnndddd1101n0m0mmmm", "vpadd.f32 <Dd>, <Dn>, <Dm>"),
    VABD_F32("111100110d10nnnndddd1101nQm0mmmm", "vabd.f32 <Vd>, <Vn>, <Vm>"),
    VMLA_F32("111100100d00nnnndddd1101nQm1mmmm", "vmla.f32 <Vd>, <Vn>, <Vm>"),
    VMLS_F32("111100100d10nnnndddd1101nQm1mmmm", "vmls.f32 <Vd>, <Vn>, <Vm>"),
    VMUL_F32("111100110d00nnnndddd1101nQm1mmmm", "vmul.f32 <Vd>, <Vn>, <Vm>"),
    VCEQ_F32("111100100d00nnnndddd1110nQm0mmmm", "vceq.f32 <Vd>, <Vn>, <Vm>"),
    VCGE_F32("111100110d00nnnndddd1110nQm0mmmm", "vcge.f32 <Vd>, <Vn>, <Vm>"),
    VCGT_F32("111100110d10nnnndddd1110nQm0mmmm", "vcgt.f32 <Vd>, <Vn>, <Vm>"),
    VACGE("111100110d00nnnndddd1110nQm1mmmm", "vacge.f32 <Vd>, <Vn>, <Vm>"),
    VACGT("111100110d10nnnndddd1110nQm1mmmm", "vacgt.f32 <Vd>, <Vn>, <Vm>"),
    VMAX_F32("111100100d00nnnndddd1111nQm0mmmm", "vmax.f32 <Vd>, <Vn>, <Vm>"),
    VMIN_F32("111100100d10nnnndddd1111nQm0mmmm", "vmin.f32 <Vd>, <Vn>, <Vm>"),
    VPMAX_F32("111100110d00nnnndddd1111n0m0mmmm", "vpmax.f32 <Dd>, <Dn>, <Dm>"),
    VPMIN_F32("111100110d10nnnndddd1111n0m0mmmm", "vpmin.f32 <Dd>, <Dn>, <Dm>"),
    VRECPS("111100100d00nnnndddd1111nQm1mmmm", "vrecps.f32 <Vd>, <Vn>, <Vm>"),
    VRSQRTS("111100100d10nnnndddd1111nQm1mmmm", "vrsqrts.f32 <Vd>, <Vn>, <Vm>"),

    // Extract, look up, duplicate (A7.4); before what follows, whose sizes do not reach 3
    VEXT("111100101d11nnnnddddhiiinQm0mmmm", "vext.8 <Vd>, <Vn>, <Vm>, #<bytes>", "Q0h1"),
    VTBL("111100111d11nnnndddd10ccn0m0mmmm", "vtbl.8 <Dd>, <table>, <Dm>"),
    VTBX("111100111d11nnnndddd10ccn1m0mmmm", "vtbx.8 <Dd>, <table>, <Dm>"),
    VDUP_8("111100111d11iii1dddd11000Qm0mmmm", "vdup.8 <Vd>, <Dm>[<i>]"),
    VDUP_16("111100111d11ii10dddd11000Qm0mmmm", "vdup.16 <Vd>, <Dm>[<i>]"),
    VDUP_32("111100111d11i100dddd11000Qm0mmmm", "vdup.32 <Vd>, <Dm>[<i>]"),

    // Two registers, miscellaneous (A7.4.5)
    VREV64("111100111d11zz00dddd00000Qm0mmmm", "vrev64.<8z> <Vd>, <Vm>", "z3"),
    VREV32("111100111d11zz00dddd00001Qm0mmmm", "vrev32.<8z> <Vd>, <Vm>", "z2 | z3"),
    VREV16("111100111d11zz00dddd00010Qm0mmmm", "vrev16.<8z> <Vd>, <Vm>", "z1 | z2 | z3"),
    VPADDL("111100111d11zz00dddd0010uQm0mmmm", "vpaddl.<u?u:s><8z> <Vd>, <Vm>", "z3"),
    VCLS("111100111d11zz00dddd01000Qm0mmmm", "vcls.s<8z> <Vd>, <Vm>", "z3"),
    VCLZ("111100111d11zz00dddd01001Qm0mmmm", "vclz.i<8z> <Vd>, <Vm>", "z3"),
    VCNT("111100111d110000dddd01010Qm0mmmm", "vcnt.8 <Vd>, <Vm>"),
    VMVN_REG("111100111d110000dddd01011Qm0mmmm", "vmvn <Vd>, <Vm>"),
    VPADAL("111100111d11zz00dddd0110uQm0mmmm", "vpadal.<u?u:s><8z> <Vd>, <Vm>", "z3"),
    VQABS("111100111d11zz00dddd01110Qm0mmmm", "vqabs.s<8z> <Vd>, <Vm>", "z3"),
    VQNEG("111100111d11zz00dddd01111Qm0mmmm", "vqneg.s<8z> <Vd>, <Vm>", "z3"),
    VCGT_ZERO("111100111d11zz01dddd00000Qm0mmmm", "vcgt.s<8z> <Vd>, <Vm>, #0", "z3"),
    VCGE_ZERO("111100111d11zz01dddd00001Qm0mmmm", "vcge.s<8z> <Vd>, <Vm>, #0", "z3"),
    VCEQ_ZERO("111100111d11zz01dddd00010Qm0mmmm", "vceq.i<8z> <Vd>, <Vm>, #0", "z3"),
    VCLE_ZERO("111100111d11zz01dddd00011Qm0mmmm", "vcle.s<8z> <Vd>, <Vm>, #0", "z3"),
    VCLT_ZERO("111100111d11zz01dddd00100Qm0mmmm", "vclt.s<8z> <Vd>, <Vm>, #0", "z3"),
    VABS("111100111d11zz01dddd00110Qm0mmmm", "vabs.s<8z> <Vd>, <Vm>", "z3"),
    VNEG("111100111d11zz01dddd00111Qm0mmmm", "vneg.s<8z> <Vd>, <Vm>", "z3"),
    VCGT_ZERO_F32("111100111d111001dddd01000Qm0mmmm", "vcgt.f32 <Vd>, <Vm>, #0"),
    VCGE_ZERO_F32("111100111d111001dddd01001Qm0mmmm", "vcge.f32 <Vd>, <Vm>, #0"),
    VCEQ_ZERO_F32("111100111d111001dddd01010Qm0mmmm", "vceq.f32 <Vd>, <Vm>, #0"),
    VCLE_ZERO_F32("111100111d111001dddd01011Qm0mmmm", "vcle.f32 <Vd>, <Vm>, #0"),
    VCLT_ZERO_F32("111100111d111001dddd01100Qm0mmmm", "vclt.f32 <Vd>, <Vm>, #0"),
    VABS_F32("111100111d111001dddd01110Qm0mmmm", "vabs.f32 <Vd>, <Vm>"),
    VNEG_F32("111100111d111001dddd01111Qm0mmmm", "vneg.f32 <Vd>, <Vm>"),
    VSWP("111100111d110010dddd00000Qm0mmmm", "vswp <Vd>, <Vm>"),
    VTRN("111100111d11zz10dddd00001Qm0mmmm", "vtrn.<8z> <Vd>, <Vm>", "z3"),
    VUZP("111100111d11zz10dddd00010Qm0mmmm", "vuzp.<8z> <Vd>, <Vm>", "z3 | Q0z2"),
    VZIP("111100111d11zz10dddd00011Qm0mmmm", "vzip.<8z> <Vd>, <Vm>", "z3 | Q0z2"),
    VMOVN("111100111d11zz10dddd001000m0mmmm", "vmovn.i<16z> <Dd>, <Qm>", "z3"),
    VQMOVUN("111100111d11zz10dddd001001m0mmmm", "vqmovun.s<16z> <Dd>, <Qm>", "z3"),
    VQMOVN("111100111d11zz10dddd00101um0mmmm", "vqmovn.<u?u:s><16z> <Dd>, <Qm>", "z3"),
    VSHLL_MAX("111100111d11zz10dddd001100m0mmmm", "vshll.i<8z> <Qd>, <Dm>, #<8z>", "z3"),
    VCVT_TO_HALF("111100111d110110dddd011000m0mmmm", "vcvt.f16.f32 <Dd>, <Qm>", HALF_PRECISION),
    VCVT_FROM_HALF("111100111d110110dddd011100m0mmmm", "vcvt.f32.f16 <Qd>, <Dm>", HALF_PRECISION),
    VRECPE("111100111d111011dddd010f0Qm0mmmm", "vrecpe.<f?f:u>32 <Vd>, <Vm>"),
    VRSQRTE("111100111d111011dddd010f1Qm0mmmm", "vrsqrte.<f?f:u>32 <Vd>, <Vm>"),
    VCVT_FROM_INT("111100111d111011dddd0110uQm0mmmm", "vcvt.f32.<u?u:s>32 <Vd>, <Vm>"),
    VCVT_TO_INT("111100111d111011dddd0111uQm0mmmm", "vcvt.<u?u:s>32.f32 <Vd>, <Vm>"),

    // Everything else whose size would be 3
    UNDEFINED_SIZE("1111001.1.11...............0....", ".inst <word>"),

    // Three registers of different lengths (A7.4.2)
    VADDL("1111001u1dzznnnndddd0000n0m0mmmm", "vaddl.<u?u:s><8z> <Qd>, <Dn>, <Dm>"),
    VADDW("1111001u1dzznnnndddd0001n0m0mmmm", "vaddw.<u?u:s><8z> <Qd>, <Qn>, <Dm>"),
    VSUBL("1111001u1dzznnnndddd0010n0m0mmmm", "vsubl.<u?u:s><8z> <Qd>, <Dn>, <Dm>"),
    VSUBW("1111001u1dzznnnndddd0011n0m0mmmm", "vsubw.<u?u:s><8z> <Qd>, <Qn>, <Dm>"),
    VADDHN("111100101dzznnnndddd0100n0m0mmmm", "vaddhn.i<16z> <Dd>, <Qn>, <Qm>"),
    VRADDHN("111100111dzznnnndddd0100n0m0mmmm", "vraddhn.i<16z> <Dd>, <Qn>, <Qm>"),
    VABAL("1111001u1dzznnnndddd0101n0m0mmmm", "vabal.<u?u:s><8z> <Qd>, <Dn>, <Dm>"),
    VSUBHN("111100101dzznnnndddd0110n0m0mmmm", "vsubhn.i<16z> <Dd>, <Qn>, <Qm>"),
    VRSUBHN("111100111dzznnnndddd0110n0m0mmmm", "vrsubhn.i<16z> <Dd>, <Qn>, <Qm>"),
    VABDL("1111001u1dzznnnndddd0111n0m0mmmm", "vabdl.<u?u:s><8z> <Qd>, <Dn>, <Dm>"),
    VMLAL("1111001u1dzznnnndddd1000n0m0mmmm", "vmlal.<u?u:s><8z> <Qd>, <Dn>, <Dm>"),
    VQDMLAL("111100101dzznnnndddd1001n0m0mmmm", "vqdmlal.s<8z> <Qd>, <Dn>, <Dm>", "z0"),
    VMLSL("1111001u1dzznnnndddd1010n0m0mmmm", "vmlsl.<u?u:s><8z> <Qd>, <Dn>, <Dm>"),
    VQDMLSL("111100101dzznnnndddd1011n0m0mmmm", "vqdmlsl.s<8z> <Qd>, <Dn>, <Dm>", "z0"),
    VMULL("1111001u1dzznnnndddd1100n0m0mmmm", "vmull.<u?u:s><8z> <Qd>, <Dn>, <Dm>"),
    VQDMULL("111100101dzznnnndddd1101n0m0mmmm", "vqdmull.s<8z> <Qd>, <Dn>, <Dm>", "z0"),
    VMULL_P8("111100101d00nnnndddd1110n0m0mmmm", "vmull.p8 <Qd>, <Dn>, <Dm>"),

    // Two registers and a scalar (A7.4.3). Quadwords are told by bit 24.
    VMLA_LANE("1111001Q1dzznnnndddd0000n1m0mmmm", "vmla.i<8z> <Vd>, <Vn>, <lane>", "z0"),
    VMLA_LANE_F32("1111001Q1d10nnnndddd0001n1m0mmmm", "vmla.f32 <Vd>, <Vn>, <lane>"),
    VMLAL_LANE("1111001u1dzznnnndddd0010n1m0mmmm", "vmlal.<u?u:s><8z> <Qd>, <Dn>, <lane>", "z0"),
    VQDMLAL_LANE("111100101dzznnnndddd0011n1m0mmmm", "vqdmlal.s<8z> <Qd>, <Dn>, <lane>", "z0"),
    VMLS_LANE("1111001Q1dzznnnndddd0100n1m0mmmm", "vmls.i<8z> <Vd>, <Vn>, <lane>", "z0"),
    VMLS_LANE_F32("1111001Q1d10nnnndddd0101n1m0mmmm", "vmls.f32 <Vd>, <Vn>, <lane>"),
    VMLSL_LANE("1111001u1dzznnnndddd0110n1m0mmmm", "vmlsl.<u?u:s><8z> <Qd>, <Dn>, <lane>", "z0"),
    VQDMLSL_LANE("111100101dzznnnndddd0111n1m0mmmm", "vqdmlsl.s<8z> <Qd>, <Dn>, <lane>", "z0"),
    VMUL_LANE("1111001Q1dzznnnndddd1000n1m0mmmm", "vmul.i<8z> <Vd>, <Vn>, <lane>", "z0"),
    VMUL_LANE_F32("1111001Q1d10nnnndddd1001n1m0mmmm", "vmul.f32 <Vd>, <Vn>, <lane>"),
    VMULL_LANE("1111001u1dzznnnndddd1010n1m0mmmm", "vmull.<u?u:s><8z> <Qd>, <Dn>, <lane>", "z0"),
    VQDMULL_LANE("111100101dzznnnndddd1011n1m0mmmm", "vqdmull.s<8z> <Qd>, <Dn>, <lane>", "z0"),
    VQDMULH_LANE("1111001Q1dzznnnndddd1100n1m0mmmm", "vqdmulh.s<8z> <Vd>, <Vn>, <lane>", "z0"),
    VQRDMULH_LANE("1111001Q1dzznnnndddd1101n1m0mmmm", "vqrdmulh.s<8z> <Vd>, <Vn>, <lane>", "z0"),

    // One register and a modified immediate (A7.4.6): cmode in bits 11:8, op in bit 5
    VMOV_I32("1111001i1d000iiidddd0ss00Q01iiii", "vmov.i32 <Vd>, #<imm8 by bytes>"),
    VORR_I32("1111001i1d000iiidddd0ss10Q01iiii", "vorr.i32 <Vd>, #<imm8 by bytes>"),
    VMOV_I16("1111001i1d000iiidddd10s00Q01iiii", "vmov.i16 <Vd>, #<imm8 by bytes>"),
    VORR_I16("1111001i1d000iiidddd10s10Q01iiii", "vorr.i16 <Vd>, #<imm8 by bytes>"),
    VMOV_ONES("1111001i1d000iiidddd110s0Q01iiii", "vmov.i32 <Vd>, #<imm8 by ones>"),
    VMOV_I8("1111001i1d000iiidddd11100Q01iiii", "vmov.i8 <Vd>, #<imm8>"),
    VMOV_F32("1111001i1d000iiidddd11110Q01iiii", "vmov.f32 <Vd>, #<float>"),
    VMVN_I32("1111001i1d000iiidddd0ss00Q11iiii", "vmvn.i32 <Vd>, #<imm8 by bytes>"),
    VBIC_I32("1111001i1d000iiidddd0ss10Q11iiii", "vbic.i32 <Vd>, #<imm8 by bytes>"),
    VMVN_I16("1111001i1d000iiidddd10s00Q11iiii", "vmvn.i16 <Vd>, #<imm8 by bytes>"),
    VBIC_I16("1111001i1d000iiidddd10s10Q11iiii", "vbic.i16 <Vd>, #<imm8 by bytes>"),
    VMVN_ONES("1111001i1d000iiidddd110s0Q11iiii", "vmvn.i32 <Vd>, #<imm8 by ones>"),
    VMOV_I64("1111001i1d000iiidddd11100Q11iiii", "vmov.i64 <Vd>, #0x<imm8 bytes>"),
    UNDEFINED_IMMEDIATE("1111001.1.000...........0..1....", ".inst <word>"),

    // Two registers and a shift (A7.4.4). The highest bit of L:imm6 that is one tells the size; those before have none.
    VSHR("1111001u1diiiiiidddd0000lQm1mmmm", "vshr.<u?u:s><size> <Vd>, <Vm>, #<right>"),
    VSRA("1111001u1diiiiiidddd0001lQm1mmmm", "vsra.<u?u:s><size> <Vd>, <Vm>, #<right>"),
    VRSHR("1111001u1diiiiiidddd0010lQm1mmmm", "vrshr.<u?u:s><size> <Vd>, <Vm>, #<right>"),
    VRSRA("1111001u1diiiiiidddd0011lQm1mmmm", "vrsra.<u?u:s><size> <Vd>, <Vm>, #<right>"),
    VSRI("111100111diiiiiidddd0100lQm1mmmm", "vsri.<size> <Vd>, <Vm>, #<right>"),
    VSHL_IMM("111100101diiiiiidddd0101lQm1mmmm", "vshl.s<size> <Vd>, <Vm>, #<left>"),
    VSLI("111100111diiiiiidddd0101lQm1mmmm", "vsli.<size> <Vd>, <Vm>, #<left>"),
    VQSHLU("111100111diiiiiidddd0110lQm1mmmm", "vqshlu.s<size> <Vd>, <Vm>, #<left>"),
    VQSHL_IMM("1111001u1diiiiiidddd0111lQm1mmmm", "vqshl.<u?u:s><size> <Vd>, <Vm>, #<left>"),
    VSHRN("111100101diiiiiidddd100000m1mmmm", "vshrn.i<twice the size> <Dd>, <Qm>, #<right>"),
    VRSHRN("111100101diiiiiidddd100001m1mmmm", "vrshrn.i<twice the size> <Dd>, <Qm>, #<right>"),
    VQSHRUN("111100111diiiiiidddd100000m1mmmm", "vqshrun.s<twice the size> <Dd>, <Qm>, #<right>"),
    VQRSHRUN("111100111diiiiiidddd100001m1mmmm", "vqrshrun.s<twice the size> <Dd>, <Qm>, #<right>"),
    VQSHRN("1111001u1diiiiiidddd100100m1mmmm", "vqshrn.<u?u:s><twice the size> <Dd>, <Qm>, #<right>"),
    VQRSHRN("1111001u1diiiiiidddd100101m1mmmm", "vqrshrn.<u?u:s><twice the size> <Dd>, <Qm>, #<right>"),
    VMOVL_8("1111001u1d001000dddd101000m1mmmm", "vmovl.<u?u:s>8 <Qd>, <Dm>"),
    VMOVL_16("1111001u1d010000dddd101000m1mmmm", "vmovl.<u?u:s>16 <Qd>, <Dm>"),
    VMOVL_32("1111001u1d100000dddd101000m1mmmm", "vmovl.<u?u:s>32 <Qd>, <Dm>"),
    VSHLL("1111001u1diiiiiidddd101000m1mmmm", "vshll.<u?u:s><size> <Qd>, <Dm>, #<left>"),
    VCVT_FROM_FIXED("1111001u1d1iiiiidddd11100Qm1mmmm", "vcvt.f32.<u?u:s>32 <Vd>, <Vm>, #<fraction>"),
    VCVT_TO_FIXED("1111001u1d1iiiiidddd11110Qm1mmmm", "vcvt.<u?u:s>32.f32 <Vd>, <Vm>, #<fraction>"),

    // Loads and stores of elements and structures (A7.7): multiple, one lane, all lanes. In n and m are core
    // registers, a is alignment.
    VST1_1("111101000d00nnnndddd0111zzaammmm", "vst1.<8z> <elements>, <element address>", "a2 | a3"),
    VST1_2("111101000d00nnnndddd1010zzaammmm", "vst1.<8z> <elements>, <element address>", "a3"),
    VST1_3("111101000d00nnnndddd0110zzaammmm", "vst1.<8z> <elements>, <element address>", "a2 | a3"),
    VST1_4("111101000d00nnnndddd0010zzaammmm", "vst1.<8z> <elements>, <element address>"),
    VST2_2("111101000d00nnnndddd1000zzaammmm", "vst2.<8z> <elements>, <element address>", "z3 | a3"),
    VST2_2_SPACED("111101000d00nnnndddd1001zzaammmm", "vst2.<8z> <elements>, <element address>", "z3 | a3"),
    VST2_4("111101000d00nnnndddd0011zzaammmm", "vst2.<8z> <elements>, <element address>", "z3"),
    VST3("111101000d00nnnndddd0100zzaammmm", "vst3.<8z> <elements>, <element address>", "z3 | a2 | a3"),
    VST3_SPACED("111101000d00nnnndddd0101zzaammmm", "vst3.<8z> <elements>, <element address>", "z3 | a2 | a3"),
    VST4("111101000d00nnnndddd0000zzaammmm", "vst4.<8z> <elements>, <element address>", "z3"),
    VST4_SPACED("111101000d00nnnndddd0001zzaammmm", "vst4.<8z> <elements>, <element address>", "z3"),
    VLD1_1("111101000d10nnnndddd0111zzaammmm", "vld1.<8z> <elements>, <element address>", "a2 | a3"),
    VLD1_2("111101000d10nnnndddd1010zzaammmm", "vld1.<8z> <elements>, <element address>", "a3"),
    VLD1_3("111101000d10nnnndddd0110zzaammmm", "vld1.<8z> <elements>, <element address>", "a2 | a3"),
    VLD1_4("111101000d10nnnndddd0010zzaammmm", "vld1.<8z> <elements>, <element address>"),
    VLD2_2("111101000d10nnnndddd1000zzaammmm", "vld2.<8z> <elements>, <element address>", "z3 | a3"),
    VLD2_2_SPACED("111101000d10nnnndddd1001zzaammmm", "vld2.<8z> <elements>, <element address>", "z3 | a3"),
    VLD2_4("111101000d10nnnndddd0011zzaammmm", "vld2.<8z> <elements>, <element address>", "z3"),
    VLD3("111101000d10nnnndddd0100zzaammmm", "vld3.<8z> <elements>, <element address>", "z3 | a2 | a3"),
    VLD3_SPACED("111101000d10nnnndddd0101zzaammmm", "vld3.<8z> <elements>, <element address>", "z3 | a2 | a3"),
    VLD4("111101000d10nnnndddd0000zzaammmm", "vld4.<8z> <elements>, <element address>", "z3"),
    VLD4_SPACED("111101000d10nnnndddd0001zzaammmm", "vld4.<8z> <elements>, <element address>", "z3"),
    VST1_LANE_8("111101001d00nnnndddd0000iii0mmmm", "vst1.8 <elements>, <element address>"),
    VST1_LANE_16("111101001d00nnnndddd0100ii0ammmm", "vst1.16 <elements>, <element address>"),
    VST1_LANE_32("111101001d00nnnndddd1000i0aammmm", "vst1.32 <elements>, <element address>", "a1 | a2"),
    VST2_LANE_8("111101001d00nnnndddd0001iiiammmm", "vst2.8 <elements>, <element address>"),
    VST2_LANE_16("111101001d00nnnndddd0101iisammmm", "vst2.16 <elements>, <element address>"),
    VST2_LANE_32("111101001d00nnnndddd1001is0ammmm", "vst2.32 <elements>, <element address>"),
    VST3_LANE_8("111101001d00nnnndddd0010iii0mmmm", "vst3.8 <elements>, <element address>"),
    VST3_LANE_16("111101001d00nnnndddd0110iis0mmmm", "vst3.16 <elements>, <element address>"),
    VST3_LANE_32("111101001d00nnnndddd1010is00mmmm", "vst3.32 <elements>, <element address>"),
    VST4_LANE_8("111101001d00nnnndddd0011iiiammmm", "vst4.8 <elements>, <element address>"),
    VST4_LANE_16("111101001d00nnnndddd0111iisammmm", "vst4.16 <elements>, <element address>"),
    VST4_LANE_32("111101001d00nnnndddd1011isaammmm", "vst4.32 <elements>, <element address>", "a3"),
    VLD1_LANE_8("111101001d10nnnndddd0000iii0mmmm", "vld1.8 <elements>, <element address>"),
    VLD1_LANE_16("111101001d10nnnndddd0100ii0ammmm", "vld1.16 <elements>, <element address>"),
    VLD1_LANE_32("111101001d10nnnndddd1000i0aammmm", "vld1.32 <elements>, <element address>", "a1 | a2"),
    VLD2_LANE_8("111101001d10nnnndddd0001iiiammmm", "vld2.8 <elements>, <element address>"),
    VLD2_LANE_16("111101001d10nnnndddd0101iisammmm", "vld2.16 <elements>, <element address>"),
    VLD2_LANE_32("111101001d10nnnndddd1001is0ammmm", "vld2.32 <elements>, <element address>"),
    VLD3_LANE_8("111101001d10nnnndddd0010iii0mmmm", "vld3.8 <elements>, <element address>"),
    VLD3_LANE_16("111101001d10nnnndddd0110iis0mmmm", "vld3.16 <elements>, <element address>"),
    VLD3_LANE_32("111101001d10nnnndddd1010is00mmmm", "vld3.32 <elements>, <element address>"),
    VLD4_LANE_8("111101001d10nnnndddd0011iiiammmm", "vld4.8 <elements>, <element address>"),
    VLD4_LANE_16("111101001d10nnnndddd0111iisammmm", "vld4.16 <elements>, <element address>"),
    VLD4_LANE_32("111101001d10nnnndddd1011isaammmm", "vld4.32 <elements>, <element address>", "a3"),
    VLD1_ALL("111101001d10nnnndddd1100zztammmm", "vld1.<8z> <elements>, <element address>", "z3 | z0a1"),
    VLD2_ALL("111101001d10nnnndddd1101zztammmm", "vld2.<8z> <elements>, <element address>", "z3"),
    VLD3_ALL("111101001d10nnnndddd1110zztammmm", "vld3.<8z> <elements>, <element address>", "z3 | a1"),
    VLD4_ALL(
            "111101001d10nnnndddd1111zztammmm",
            "z3: vld4.32 <elements>, <element address> | vld4.<8z> <elements>, <element address>",
            "z3a0"),

    // Everything else
    UNDEFINED("................................", ".inst <word>");

    private final BitPattern bits;
    private final String syntax;
    private final VfpFeature feature;
    private final FieldCondition[] undefined;

    Neon(String pattern, String syntax) {
        this(pattern, syntax, "", SIMD);
    }

    Neon(String pattern, String syntax, VfpFeature feature) {
        this(pattern, syntax, "", feature);
    }

    Neon(String pattern, String syntax, String undefined) {
        this(pattern, syntax, undefined, SIMD);
    }

    Neon(String pattern, String syntax, String undefined, VfpFeature feature) {
        this.bits = new BitPattern(pattern);
        this.syntax = syntax;
        this.feature = feature;
        List<FieldCondition> conditions = new ArrayList<>();
        for (String condition : undefined.isEmpty() ? new String[0] : undefined.split(" \\| ", -1)) {
            conditions.add(FieldCondition.of(bits, condition));
        }
        for (String register : new String[] {"d", "n", "m"}) {
            if (syntax.contains("<Q" + register + ">")) {
                conditions.add(FieldCondition.of(bits, "odd " + register));
            } else if (syntax.contains("<V" + register + ">")) {
                conditions.add(FieldCondition.of(bits, "Q1odd " + register));
            }
        }
        this.undefined = conditions.toArray(FieldCondition[]::new);
    }

    private static final Neon[] ROWS = values();

    /** By bits 24:23, 21:20, 11:8, 6 and 4. */
    private static final RowIndex INDEX =
            new RowIndex(Arrays.stream(ROWS).map(row -> row.bits).toArray(BitPattern[]::new), 0x01b0_0f50);

    /** The instruction of a word of either instruction set; {@link #UNDEFINED} and its like where there is none. */
    public static Neon decode(int word) {
        int a32 = a32(word);
        Neon row = ROWS[INDEX.find(a32)];
        for (FieldCondition condition : row.undefined) {
            if (condition.holds(a32)) {
                return UNDEFINED;
            }
        }
        return row;
    }

    private static final int A32_ELEMENTS = 0xf4;

    private static final int T32_ELEMENTS = 0xf9;

    /**
     * The A32 word that means the same as a word of either set (A7.4, A7.7): T32 has 111u 1111 in the place of 1111
     * 001u, and 1111 1001 in that of 1111 0100. No word is one of NEON in both sets.
     */
    static int a32(int word) {
        if (word >>> 24 == T32_ELEMENTS) {
            return word & 0x00ff_ffff | A32_ELEMENTS << 24;
        }
        return (word & 0xef00_0000) == 0xef00_0000 ? word & 0x00ff_ffff | 0xf200_0000 | word >>> 4 & 0x0100_0000 : word;
    }

    /** The T32 word that means the same as one of A32. */
    static int t32(int word) {
        if (word >>> 24 == A32_ELEMENTS) {
            return word & 0x00ff_ffff | T32_ELEMENTS << 24;
        }
        return word & 0x00ff_ffff | 0xef00_0000 | word << 4 & 0x1000_0000;
    }

    @Override
    public BitPattern bits() {
        return bits;
    }

    /** How the instruction is written. */
    Syntax syntax() {
        return new Syntax(bits, syntax, NeonOperands.BY_NAME);
    }

    /** Whether it is one of the rows for words that are no instruction. */
    boolean isUndefined() {
        return this == UNDEFINED || this == UNDEFINED_SIZE || this == UNDEFINED_IMMEDIATE;
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
    public boolean matches(int word) {
        return bits.matches(a32(word));
    }

    @Override
    public boolean isAsItShouldBe(int word) {
        return bits.isAsItShouldBe(a32(word));
    }

    /** A word of A32. */
    @Override
    public int canonical(int word) {
        return bits.canonical(a32(word));
    }

    @Override
    public int condition(int word) {
        return Fields.AL;
    }

    @Override
    public Arguments arguments(int word) {
        return NeonArguments.of(this, a32(word));
    }

    /** A field of an A32 word of this row, by its letter in the pattern. */
    int field(char letter, int a32) {
        return bits.field(letter, a32);
    }
}
