package swivel.lpv.report;

import java.util.Objects;
import swivel.arm.Sensitivity;

/**
 * One instruction that is sensitive, or may be.
 *
 * @param place where it stands in its file
 * @param function the function it lies in, with the offset if there is one; empty if that is not known
 * @param mnemonic what is counted, upper case and without condition: {@code CPSID}
 * @param original the instruction as it was: disassembled, or the source text
 * @param encoding what stands in its place now, or would: disassembled, or the source text; empty if it was left as it
 *     is
 * @param sensitivity its class; {@link Sensitivity#NONE} if even that is unknown
 * @param instructionSet what it is an instruction of
 * @param doubt why it was left as it is although it may be sensitive, one line; empty if there is no doubt
 */
public record Site(
        Place place,
        String function,
        String mnemonic,
        String original,
        String encoding,
        Sensitivity sensitivity,
        InstructionSets instructionSet,
        String doubt) {

    public Site {
        Objects.requireNonNull(place);
        Objects.requireNonNull(function);
        Objects.requireNonNull(mnemonic);
        Objects.requireNonNull(original);
        Objects.requireNonNull(encoding);
        Objects.requireNonNull(sensitivity);
        Objects.requireNonNull(instructionSet);
        Objects.requireNonNull(doubt);
    }

    public boolean isDoubtful() {
        return !doubt.isEmpty();
    }
}
