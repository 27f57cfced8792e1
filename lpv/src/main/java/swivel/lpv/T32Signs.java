package swivel.lpv;

import swivel.formats.Bytes;
import swivel.formats.ImageException;
import swivel.lpv.CodeMap.Range;

/**
 * Whether code without mapping symbols is T32, wholly or in part, as far as one can see: compilers end a function and
 * begin the next one in a few ways only. Such code is left alone, since its instructions read as others in A32.
 */
final class T32Signs {
    /** So many seams of T32 functions are no accident, if those of A32 are not many times as many. */
    private static final int LEAST_SEAMS = 4;

    /** Random words have a seam of T32 now and then. */
    private static final int A32_PER_T32 = 8;

    private T32Signs() {}

    /** Refuses an image that is T32 code. */
    static ImageException only(String name) {
        return new ImageException(
                name
                        + " is T32 (Thumb) code without symbols, of which code and data cannot be told apart; give the vmlinux");
    }

    /** Refuses an image that holds T32 code among others. */
    static ImageException some(String name) {
        return new ImageException(name
                + " holds T32 (Thumb) code and has no mapping symbols ($a, $t), so A32 and T32 cannot be told apart;"
                + " give it unstripped");
    }

    static boolean areIn(byte[] bytes, Iterable<Range> ranges) {
        int t32 = 0;
        int a32 = 0;
        for (Range range : ranges) {
            for (int offset = range.offset(); offset + 4 <= range.end(); offset += 2) {
                t32 += endsT32(Bytes.half(bytes, offset)) && beginsT32(Bytes.half(bytes, offset + 2)) ? 1 : 0;
            }
            for (int offset = range.offset(); offset + 8 <= range.end(); offset += 4) {
                a32 += endsA32(Bytes.word(bytes, offset)) && beginsA32(Bytes.word(bytes, offset + 4)) ? 1 : 0;
            }
        }
        return t32 >= LEAST_SEAMS && t32 > a32 / A32_PER_T32;
    }

    /** {@code pop {…, pc}}, {@code bx lr}. */
    private static boolean endsT32(int half) {
        return half >>> 8 == 0xbd || half == 0x4770;
    }

    /** {@code push {…, lr}}, of two bytes or four. */
    private static boolean beginsT32(int half) {
        return half >>> 8 == 0xb5 || half == 0xe92d;
    }

    /** {@code pop {…, pc}}, {@code bx lr}. */
    private static boolean endsA32(int word) {
        return (word & 0xffff8000) == 0xe8bd8000 || word == 0xe12fff1e;
    }

    /** {@code push {…, lr}}. */
    private static boolean beginsA32(int word) {
        return (word & 0xffff4000) == 0xe92d4000;
    }
}
