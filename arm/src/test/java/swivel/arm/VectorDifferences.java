package swivel.arm;

import static swivel.arm.ObjdumpDifference.meaning;
import static swivel.arm.ObjdumpDifference.words;

import java.util.List;
import java.util.function.IntPredicate;

/** Why GNU objdump (binutils 2.40) writes some words of VFP differently than {@link Disassembler}. */
final class VectorDifferences {
    private VectorDifferences() {}

    private static final IntPredicate OF_VFP = words("....11..............101");

    /** Those of either set. */
    static final List<ObjdumpDifference> LIST = List.of(
            meaning(
                    vfp(word -> Vfp.decode(word).arguments(word) instanceof VfpOperation.FloatBlockTransfer of
                            && !of.isPredictable()),
                    "v(ldm|stm|push|pop)\\S* .*",
                    "a list of more registers than there are, which objdump counts modulo 32"),
            meaning(
                    vfp(word -> Vfp.decode(word).arguments(word) instanceof VfpOperation.VfpStatusMove),
                    "vm(rs|sr)\\S* .*(<impl def 0x.>|fpcxt_n?s|mvfr2|fpscr_nzcvqc|vpr|p0)(, .*)?|m(rc|cr)\\S* 10, 7, .*",
                    "VFP system register that ARMv7 has not"),
            meaning(words("11101100100.1111....101"), "vscclrm .*", "ARMv8-M"),
            meaning(words("11101100110.1111....101"), "vscclrm .*", "ARMv8-M"),
            meaning(
                    vfp(word -> !Vfp.decode(word).isAsItShouldBe(word)),
                    "|(mcr|mrc|cdp)\\S* 1[01], .*",
                    "should-be bits are otherwise; objdump says undefined"),
            meaning(
                    vfp(VectorDifferences::isUndefined),
                    "(mcrr|mrrc|mcr|mrc|cdp|ldc|stc)\\S* 1[01], .*",
                    "no instruction of VFP"),
            meaning(
                    word -> isOfNeon(word)
                            && Neon.decode(word).arguments(word) instanceof NeonOperation.TableLookup of
                            && !of.isPredictable(),
                    "vtb[lx].8 .*<overflow reg .*",
                    "a table of more registers than there are"),
            meaning(
                    word -> isOfNeon(word)
                            && Neon.decode(word).arguments(word) instanceof NeonOperation.ElementAccess of
                            && !of.isPredictable(),
                    "v(ld|st)..*<overflow reg .*",
                    "elements of more registers than there are"),
            meaning(
                    VectorDifferences::isUndefinedNeon,
                    "v.*<illegal (reg|width) .*",
                    "an odd quadword, a reserved size"),
            meaning(VectorDifferences::isUndefinedNeon, "v(ld|st)\\d\\.\\d+( .*)?", "a reserved size or alignment"),
            meaning(
                    VectorDifferences::isUndefinedNeon,
                    "v(mul|c[gle][teq]|abs|neg|recpe|rsqrte|cvt|cnt|rev\\d\\d|zip|uzp|pmax|pmin|padd)\\.\\S* .*",
                    "a reserved size, or quadwords of what has none; UndefinedOracleTest shows that they are undefined"),
            meaning(VectorDifferences::isUndefinedNeon, "(sha|aes)\\S* .*", "the Cryptographic Extension of ARMv8"),
            meaning(VectorDifferences::isUndefinedNeon, "v\\S*\\.b?f16\\S* .*", "half precision of ARMv8.2"),
            meaning(
                    VectorDifferences::isUndefinedNeon,
                    "v((max|min)nm|cvt[anpm]|rint.|qrdml[as]h|mull)\\.\\S* .*",
                    "of ARMv8"),
            meaning(
                    vfp(VectorDifferences::isUndefined),
                    "v(rint|cvt[tb]\\S*\\.(f64\\.f16|f16\\.f64|bf16)|jcvt|dup|mov|scclrm|lldm|lstm|str|ldr)\\S* .*",
                    "of ARMv8, or reserved"));

    private static boolean isUndefined(int word) {
        return Vfp.decode(word) == Vfp.UNDEFINED;
    }

    private static IntPredicate vfp(IntPredicate words) {
        return word -> isOfVfp(word) && words.test(word);
    }

    static boolean isOfVfp(int word) {
        return OF_VFP.test(word) && word >>> 24 != 0xef && word >>> 28 != 15;
    }

    private static boolean isUndefinedNeon(int word) {
        return isOfNeon(word) && Neon.decode(word).isUndefined();
    }

    static boolean isOfNeon(int word) {
        return word >>> 25 == 0x79
                || (word & 0xff10_0000) == 0xf400_0000
                || (word & 0xff10_0000) == 0xf900_0000
                || (word & 0xef00_0000) == 0xef00_0000;
    }
}
