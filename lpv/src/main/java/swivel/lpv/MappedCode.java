package swivel.lpv;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import swivel.arm.A32;
import swivel.arm.Arguments.Branch;
import swivel.arm.InstructionSet;
import swivel.formats.Bytes;

/**
 * Code by mapping symbols: what {@code $a} and {@code $t} mark, and the instructions among what {@code $d} marks. Linux
 * writes instructions that an old assembler may not know, such as HVC, as {@code .long} or {@code .short}; they are
 * where the code before them runs on into them, or where it branches to, and of the same instruction set.
 */
final class MappedCode implements CodeMap {
    private static final int NOP = 0xe320f000;
    private static final int OLD_NOP = 0xe1a00000;
    private static final int T32_NOP = 0xbf00;
    private static final int T32_OLD_NOP = 0x46c0;
    private static final int T32_WIDE_NOP = 0xf3af_8000;

    private final byte[] bytes;
    private final List<Range> ranges = new ArrayList<>();

    /** By halfword of the file, for each instruction set: code of the set runs on into it, or branches to it. */
    private final Map<InstructionSet, BitSet> entries = new EnumMap<>(InstructionSet.class);

    /** By halfword of the file: what it holds is not all of it. */
    private final BitSet relocated;

    /** By halfword of the file: a symbol of code, or a section, begins there. */
    private final BitSet labels;

    /** The NOPs that a range of code ends with, by their end. */
    private final Map<Integer, Range> nops = new HashMap<>();

    /**
     * Starts without any section.
     *
     * @param relocated by halfword of the file, where relocations change something later
     * @param labels by halfword of the file, where symbols of code, and sections, begin
     */
    MappedCode(byte[] bytes, BitSet relocated, BitSet labels) {
        this.bytes = bytes;
        this.relocated = relocated;
        this.labels = labels;
        for (InstructionSet set : InstructionSet.values()) {
            entries.put(set, new BitSet());
        }
    }

    /**
     * Adds the stretches of a section, in ascending order.
     *
     * @param code behind {@code $a} and {@code $t}
     * @param data behind {@code $d}; empty for a section that is not executable
     */
    void addSection(List<Range> code, List<Range> data) {
        ranges.addAll(code);
        if (data.isEmpty()) {
            return;
        }
        int first = data.getFirst().offset();
        int end = data.getLast().end();
        for (Range range : code) {
            if (range.set() == InstructionSet.A32) {
                leaveA32(range, first, end);
            } else {
                leaveT32(range, first, end);
            }
        }
        for (Range range : data) {
            enterThroughNops(range.offset());
            if (!enterT32(range)) {
                enterA32(range);
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
        return relocated.get(offset / 2) ? Verdict.RELOCATED : Verdict.CODE;
    }

    /** Marks where a range sends the flow within the section's data, from {@code first} to {@code end}. */
    private void leaveA32(Range range, int first, int end) {
        BitSet entry = entries.get(InstructionSet.A32);
        for (int offset = range.offset(); offset < range.end(); offset += 4) {
            int word = Bytes.word(bytes, offset);
            boolean mayBranch = (word & 0x0f000000) == 0x0a000000 && !relocated.get(offset / 2);
            if (mayBranch && A32.decode(word).arguments(word) instanceof Branch branch && !branch.link()) {
                mark(entry, offset + CodeFlow.PC_AHEAD + branch.offset(), first, end);
            }
        }
        if (runsOn(range)) {
            entry.set(range.end() / 2);
        }
    }

    private static void mark(BitSet entry, int target, int first, int end) {
        if (target >= first && target < end) {
            entry.set(target / 2);
        }
    }

    /**
     * NOPs in front of data are padding, unless a label stands at one, code branches to it, or the flow comes out of
     * data before it.
     */
    private void enterThroughNops(int data) {
        Range before = nops.get(data);
        if (before != null) {
            BitSet entry = entries.get(before.set());
            int first = before.offset() / 2;
            int label = labels.nextSetBit(first);
            int reached = entry.nextSetBit(first);
            if (label >= 0 && label < data / 2 || reached >= 0 && reached < data / 2) {
                entry.set(data / 2);
            }
        }
    }

    private void addNops(int from, Range range) {
        int length = range.end() - from;
        nops.put(range.end(), new Range(from, range.address() + from - range.offset(), length, range.set()));
    }

    /** Whether the flow goes on behind a range, from the last instruction that is no NOP. */
    private boolean runsOn(Range range) {
        int offset = range.end() - 4;
        while (offset >= range.offset() && isNop(Bytes.word(bytes, offset))) {
            offset -= 4;
        }
        addNops(offset + 4, range);
        return offset >= range.offset() && next(offset) == Next.FOLLOWS;
    }

    private static boolean isNop(int word) {
        return word == NOP || word == OLD_NOP;
    }

    private Next next(int offset) {
        return CodeFlow.next(bytes, offset);
    }

    private void enterA32(Range range) {
        BitSet entry = entries.get(InstructionSet.A32);
        boolean reached = false;
        int from = range.offset() + 3 & ~3;
        for (int offset = from; offset + 4 <= range.end(); offset += 4) {
            reached |= entry.get(offset / 2);
            if (reached) {
                ranges.add(new Range(offset, offset - range.offset() + range.address(), 4));
                reached = next(offset) == Next.FOLLOWS;
            }
        }
        if (reached) {
            entry.set(range.end() / 2);
        }
    }

    private void leaveT32(Range range, int first, int end) {
        BitSet entry = entries.get(InstructionSet.T32);
        T32Flow flow = new T32Flow(bytes, range.offset(), range.end());
        int last = T32_NOP;
        int nop = range.offset();
        boolean conditional = false;
        while (flow.advance()) {
            int word = flow.word();
            int jump = T32Flow.jump(word);
            if (jump != T32Flow.NO_JUMP && !relocated.get(flow.offset() / 2)) {
                mark(entry, flow.offset() + T32Flow.PC_AHEAD + jump, first, end);
            }
            if (!isT32Nop(word)) {
                last = word;
                nop = flow.offset() + flow.length();
                conditional = flow.isConditional();
            }
        }
        addNops(nop, range);
        if (last != T32_NOP && T32Flow.next(last, conditional) == Next.FOLLOWS) {
            entry.set(range.end() / 2);
        }
    }

    private static boolean isT32Nop(int word) {
        return word == T32_NOP || word == T32_OLD_NOP || word == T32_WIDE_NOP;
    }

    /** Adds the T32 instructions among data; false if there is none. */
    private boolean enterT32(Range range) {
        BitSet entry = entries.get(InstructionSet.T32);
        boolean found = false;
        int from = entry.nextSetBit(range.offset() / 2) * 2;
        while (from >= 0 && from < range.end()) {
            T32Flow flow = new T32Flow(bytes, from, range.end());
            Next next = Next.FOLLOWS;
            while (next == Next.FOLLOWS && flow.advance()) {
                int address = flow.offset() - range.offset() + range.address();
                ranges.add(new Range(flow.offset(), address, flow.length(), InstructionSet.T32));
                next = T32Flow.next(flow.word(), flow.isConditional());
                found = true;
            }
            if (next == Next.FOLLOWS) {
                entry.set(range.end() / 2);
            }
            from = entry.nextSetBit((flow.offset() + 2) / 2) * 2;
        }
        return found;
    }
}
