package swivel.lpv;

import java.util.List;
import swivel.arm.InstructionSet;

/** Where an image holds code, and of which instruction set. */
interface CodeMap {

    /** The stretches that hold code. */
    List<Range> ranges();

    /** What the word at a file offset within the ranges is. */
    Verdict verdict(int offset);

    /**
     * Whether the image itself says what is code; else it is inferred, and an UNPREDICTABLE instruction is likely data.
     */
    boolean isCertain();

    /**
     * A stretch of an image.
     *
     * @param offset of its first byte in the file, a multiple of the instruction set's unit: 4 or 2 bytes
     * @param address its virtual address
     * @param length in bytes, a multiple of the unit
     */
    record Range(int offset, int address, int length, InstructionSet set) {
        /** A stretch of A32 words. */
        Range(int offset, int address, int length) {
            this(offset, address, length, InstructionSet.A32);
        }

        int end() {
            return offset + length;
        }
    }

    /** What a word is. */
    enum Verdict {
        CODE(""),
        DATA(""),
        /** Both fetched and loaded, as far as one can see. */
        CONTRADICTORY("both executed and loaded as a literal, as far as the code tells"),
        /** Code as far as one can see, but UNPREDICTABLE and without an encoding. */
        UNPREDICTABLE("UNPREDICTABLE, so hardly an instruction"),
        /** A relocation changes it when the object is linked or loaded. */
        RELOCATED("a relocation changes this word when the object is linked or loaded"),
        /** Neither. */
        UNREACHED("nothing branches here and nothing loads it");

        private final String reason;

        Verdict(String reason) {
            this.reason = reason;
        }

        /** Why the word was left alone, for a person. */
        String reason() {
            return reason;
        }
    }
}
