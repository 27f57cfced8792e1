package swivel.lpv;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import swivel.arm.A32;
import swivel.arm.Fields;

/**
 * Code by mapping symbols: what {@code $a} marks, and the instructions among what {@code $d} marks. Linux writes instructions
 * that an old assembler may not know, such as HVC, as {@code .long}; they are where the code before them runs on into them, or
 * where it branches to.
 */
final class MappedCode implements CodeMap {
    private static final int NOP = 0xe320f000;
    private static final int OLD_NOP = 0xe1a00000;

    private final byte[] bytes;
    private final List<Range> ranges = new ArrayList<>();

    /** By word of the file: a branch goes here. */
    private final BitSet targets = new BitSet();

    /** By word of the file: what it holds is not all of it. */
    private final BitSet relocated;

    /**
     * Starts without any section.
     *
     * @param relocated by word of the file, what relocations change later
     */
    MappedCode(byte[] bytes, BitSet relocated) {
        this.bytes = bytes;
        this.relocated = relocated;
    }

    /**
     * Adds the stretches of a section, in ascending order.
     *
     * @param code behind {@code $a}
     * @param data behind {@code $d}; empty for a section that is not executable
     */
    void addSection(List<Range> code, List<Range> data) {
        ranges.addAll(code);
        if (data.isEmpty()) {
            return;
        }
        BitSet ends = new BitSet();
        for (Range range : code) {
            branches(range, data);
            if (runsOn(range)) {
                ends.set(range.end() / 4);
            }
        }
        for (Range range : data) {
            boolean reached = ends.get(range.offset() / 4);
            for (int offset = range.offset(); offset < range.end(); offset += 4) {
                reached |= targets.get(offset / 4);
                if (reached) {
                    ranges.add(new Range(offset, offset - range.offset() + range.address(), 4));
                    reached = next(offset) == CodeFlow.Next.FOLLOWS;
                }
            }
        }
    }

    @Override
    public List<Range> ranges() {
        return ranges;
    }

    @Override
    public boolean isCertain() {
        return true;
    }

    @Override
    public Verdict verdict(int offset) {
        return relocated.get(offset / 4) ? Verdict.RELOCATED : Verdict.CODE;
    }

    private CodeFlow.Next next(int offset) {
        return CodeFlow.next(TrapEncoding.decode(Bytes.word(bytes, offset)));
    }

    private void branches(Range range, List<Range> data) {
        int first = data.getFirst().offset();
        int end = data.getLast().end();
        for (int offset = range.offset(); offset < range.end(); offset += 4) {
            int word = Bytes.word(bytes, offset);
            if ((word & 0x0f000000) == 0x0a000000 && A32.decode(word) == A32.B && !relocated.get(offset / 4)) {
                int target = offset + 8 + Fields.branchOffset(word);
                if (target >= first && target < end) {
                    targets.set(target / 4);
                }
            }
        }
    }

    /** Whether the flow goes on behind a range. Padding behind its end, or between data, does not count. */
    private boolean runsOn(Range range) {
        int offset = range.end() - 4;
        while (offset >= range.offset() && isNop(Bytes.word(bytes, offset))) {
            offset -= 4;
        }
        return offset >= range.offset() && next(offset) == CodeFlow.Next.FOLLOWS;
    }

    private static boolean isNop(int word) {
        return word == NOP || word == OLD_NOP;
    }
}
