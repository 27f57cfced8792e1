package swivel.lpv;

import static swivel.arm.Fields.*;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import swivel.arm.A32;
import swivel.arm.Address;
import swivel.arm.Arguments;
import swivel.arm.Arguments.*;
import swivel.arm.Operand2;
import swivel.encoding.TrapEncoding;
import swivel.formats.Bytes;

/**
 * Tells code from data where no mapping symbols do: follows the flow of control from known entries, and marks what
 * PC-relative loads read.
 *
 * <ol>
 *   <li>From each entry on, words are code until the flow ends (an unconditional branch, a return, a permanently
 *   undefined instruction). Branch targets, and the addresses in jump tables, are further entries; so are the cases of
 *   a {@link SwitchTable}.
 *   <li>A word that a load relative to the PC reads is a literal. The flow stops in front of it.
 *   <li>Behind a call the flow goes on only when everything else is done, lowest address first: the callee may never
 *   return, and then a literal pool may follow, which is known by then from the loads in front of it.
 *   <li>A word anywhere in the image that is the address of a word not yet reached makes that an entry, last of all:
 *   function pointers, exception tables, literals. Where it is the address of an unconditional branch, what follows the
 *   branch is an entry too: Linux turns branches into NOPs at run time (static keys, {@code __jump_table}). </ol>
 */
final class CodeFlow implements CodeMap {
    private static final byte REACHED = 1;
    private static final byte LITERAL = 2;

    /** {@code mov lr, pc}: the jump after it is a call (the idiom before ARMv5T had BLX). */
    private static final int MOV_LR_PC = 0xe1a0e00f;

    /** Eight words: reset, undefined, SVC, prefetch abort, data abort, unused, IRQ, FIQ (ARM DDI 0406C, B1.8.1). */
    static final int VECTORS_SIZE = 32;

    /** {@code push {…, lr}}. */
    private static final int PUSH_LR = 0xe92d4000;

    private static final int PUSH_LR_MASK = 0xffff4000;

    /** {@code ldr rX, [pc, #…]}. */
    private static final int LOAD_LITERAL = 0xe51f0000;

    private static final int LOAD_LITERAL_MASK = 0xff7f0000;

    /** {@code eret}, without its condition. */
    private static final int ERET = 0x0160006e;

    private static final int CONDITION = 0xf000_0000;

    private static final int PC = Next.PC;
    private static final int LR = 14;

    /** A32 reads the PC as the instruction's address plus 8 (ARM DDI 0406C, A2.3). */
    static final int PC_AHEAD = 8;

    /** A literal pool is no longer than a load reaches. */
    private static final int MAX_POOL = 4096;

    /** An address made by ADR is used within so many instructions. */
    private static final int ADDRESS_LIVES = 16;

    /** A jump table longer than this is none. */
    static final int MAX_TABLE = 4096;

    /** A jump table's targets are in its function, so not far away. */
    private static final int MAX_TABLE_DISTANCE = 1 << 20;

    private final byte[] bytes;

    /** By word of the file: {@link #REACHED}, {@link #LITERAL}. */
    private final byte[] flags;

    private Range[] ranges = {};
    private Range[] data = {};
    private final Stack entries = new Stack();

    /** By word of the file: behind a call, and not yet followed. */
    private final BitSet afterCalls = new BitSet();

    /** So many words were looked at in tables: a bound for a hostile image, in which tables overlap. */
    private int tableWords;

    /** A call that is followed goes to T32 code in the ranges. */
    private boolean callsT32;

    /** No word before this one is in {@link #afterCalls}. */
    private int firstAfterCall;

    CodeFlow(byte[] bytes) {
        this.bytes = bytes;
        this.flags = new byte[bytes.length / 4];
    }

    /** Adds a stretch that may hold code; its offset is a multiple of 4. Ranges do not overlap in the file. */
    void addRange(Range range) {
        ranges = Arrays.copyOf(ranges, ranges.length + 1);
        ranges[ranges.length - 1] = range;
    }

    /**
     * Adds an entry by virtual address. One outside of the ranges is ignored, and so is one whose first instruction is
     * conditional: functions do not begin so, and tables and strings that have symbols do.
     */
    void addEntry(int address) {
        Range range = rangeOf(address);
        if (range != null && address % 4 == 0) {
            int offset = address - range.address() + range.offset();
            if (cond(Bytes.word(bytes, offset)) >= AL) {
                entries.push(offset);
            }
        }
    }

    /** Adds a stretch where tables may lie that code reads, by virtual address. */
    void addData(Range range) {
        data = Arrays.copyOf(data, data.length + 1);
        data[data.length - 1] = range;
    }

    /** Adds the first word of a stretch, and more entries where it begins with a table of exception vectors. */
    void addStartAt(int offset, int end) {
        entries.push(offset);
        for (int at = offset; at < offset + VECTORS_SIZE && at < end && isVector(Bytes.word(bytes, at)); at += 4) {
            entries.push(at);
        }
    }

    /** {@code b …} or {@code ldr pc, [pc, #…]}. */
    private static boolean isVector(int word) {
        return isBranchAlways(word) || word >>> 12 == 0xe59ff;
    }

    /** Follows all entries. */
    void follow() {
        drain();
    }

    /**
     * Follows, after {@link #follow}, what the words of a stretch point to, code or not; the ranges' addresses must be
     * right.
     */
    void followPointers(int from, int to) {
        for (int offset = from & ~3; offset + 4 <= to; offset += 4) {
            if ((flags[offset >>> 2] & REACHED) == 0) {
                pointer(Bytes.word(bytes, offset));
            }
        }
        drain();
    }

    /**
     * Follows, after {@link #follow}, what begins as functions do: for images without symbols. Compilers move loads in
     * front of the instruction that shows the beginning, so what any word would load as an instruction counts as data
     * first.
     */
    void followPrologues() {
        for (Range range : ranges) {
            for (int offset = range.offset(); offset < range.end(); offset += 4) {
                int word = Bytes.word(bytes, offset);
                if (flags[offset >>> 2] == 0 && (word & LOAD_LITERAL_MASK) == LOAD_LITERAL) {
                    int at = (offset + PC_AHEAD + (u(word) ? 1 : -1) * bits(word, 11, 0)) & ~3;
                    if (at >= range.offset() && at < range.end() && flags[at >>> 2] == 0) {
                        flags[at >>> 2] = LITERAL;
                    }
                }
            }
        }
        for (Range range : ranges) {
            for (int offset = range.offset(); offset < range.end(); offset += 4) {
                if (flags[offset >>> 2] == 0 && (Bytes.word(bytes, offset) & PUSH_LR_MASK) == PUSH_LR) {
                    entries.push(offset);
                    drain();
                }
            }
        }
    }

    /** Whether the code that was followed goes on in T32 somewhere. */
    boolean callsT32() {
        return callsT32;
    }

    private void pointer(int address) {
        Range range = address % 4 == 0 ? rangeOf(address) : null;
        if (range != null) {
            addEntry(address);
            int offset = address - range.address() + range.offset();
            if (isBranchAlways(Bytes.word(bytes, offset))) {
                entries.push(offset + 4);
            }
        }
    }

    private static boolean isBranchAlways(int word) {
        return word >>> 24 == 0xea;
    }

    /** Cuts every range behind its last reached word: what follows is not code, whatever seems to point there. */
    void trim() {
        for (int i = 0; i < ranges.length; i++) {
            Range range = ranges[i];
            int end = range.end();
            while (end > range.offset() && (flags[end / 4 - 1] & REACHED) == 0) {
                end -= 4;
            }
            ranges[i] = new Range(range.offset(), range.address(), end - range.offset());
        }
    }

    @Override
    public List<Range> ranges() {
        return List.of(ranges);
    }

    @Override
    public boolean isCertain() {
        return false;
    }

    @Override
    public Verdict verdict(int offset) {
        return switch (flags[offset >>> 2]) {
            case 0 -> isPointerOrText(Bytes.word(bytes, offset)) ? Verdict.DATA : Verdict.UNREACHED;
            case REACHED -> isInstruction(Bytes.word(bytes, offset)) ? Verdict.CODE : Verdict.UNPREDICTABLE;
            case LITERAL -> Verdict.DATA;
            default -> isPool(offset) ? Verdict.DATA : Verdict.CONTRADICTORY;
        };
    }

    /** A sensitive form that the manual leaves UNPREDICTABLE is more likely a pointer that lies behind the code. */
    private static boolean isInstruction(int word) {
        return !A32.decode(word).isSensitive() || TrapEncoding.encodable(word);
    }

    /** Whether a word that is loaded stands, with others that are, behind a call or a jump: that call never returns. */
    private boolean isPool(int offset) {
        int before = offset - 4;
        while (before >= offset - MAX_POOL && before >= 0 && (flags[before >>> 2] & LITERAL) != 0) {
            before -= 4;
        }
        return before >= 0 && next(bytes, before) != Next.FOLLOWS;
    }

    /** Words that nobody reaches are tables and strings in code, mostly. */
    private boolean isPointerOrText(int word) {
        boolean text = true;
        for (int shift = 0; shift < 32; shift += 8) {
            int character = word >>> shift & 0xff;
            text &= character >= ' ' && character <= '~' || character == 0;
        }
        return text || word % 4 == 0 && isInFile(word);
    }

    /** Whether an address is in the file, code or data, or between the two. */
    private boolean isInFile(int address) {
        for (Range range : ranges) {
            int offset = address - range.address() + range.offset();
            if (offset >= 0 && offset < bytes.length) {
                return true;
            }
        }
        return false;
    }

    private void drain() {
        while (true) {
            if (!entries.isEmpty()) {
                walk(entries.pop());
                continue;
            }
            firstAfterCall = afterCalls.nextSetBit(firstAfterCall);
            if (firstAfterCall < 0) {
                firstAfterCall = 0;
                return;
            }
            afterCalls.clear(firstAfterCall);
            walk(4 * firstAfterCall);
        }
    }

    /** Follows the flow from a file offset to where it ends. */
    private void walk(int start) {
        Range range = rangeAt(start);
        if (range == null) {
            return;
        }
        for (int offset = start; offset < range.end() && flags[offset >>> 2] == 0; offset += 4) {
            flags[offset >>> 2] = REACHED;
            int word = TrapEncoding.decode(Bytes.word(bytes, offset));
            if (mayNamePc(word)) {
                A32 row = A32.decode(word);
                Arguments arguments = row.arguments(word);
                refer(row, word, arguments, offset, range);
                Next next = Next.of(row.condition(word), arguments);
                if (next == Next.RETURNS || next == Next.ELSEWHERE && isCallInDisguise(offset)) {
                    afterCalls.set(offset / 4 + 1);
                    firstAfterCall = Math.min(firstAfterCall, offset / 4 + 1);
                }
                if (next != Next.FOLLOWS) {
                    return;
                }
            }
        }
    }

    /** Whether a jump is a call since the instruction before it put the return address into LR. */
    private boolean isCallInDisguise(int offset) {
        return offset >= 4 && Bytes.word(bytes, offset - 4) == MOV_LR_PC;
    }

    /** Where the instruction at an offset, a trap word taken for what it stands for, sends the flow of control. */
    static Next next(byte[] bytes, int offset) {
        int word = TrapEncoding.decode(Bytes.word(bytes, offset));
        return mayNamePc(word) ? Next.of(A32.decode(word), word) : Next.FOLLOWS;
    }

    /**
     * A cheap test that most words fail, so that they need not be decoded: no branch, no ERET, does not have the PC in
     * Rn, Rd or Rt or a register list. Where it says no the flow follows, and nothing is referred to.
     */
    static boolean mayNamePc(int word) {
        int kind = bits(word, 27, 25);
        return kind == 0b101
                || rn(word) == PC
                || rd(word) == PC
                || kind == 0b100 && bit(word, PC)
                || kind == 0b011 && (word & 0x01f000f0) == 0x01f000f0
                || cond(word) == 15
                || (word & ~CONDITION) == ERET;
    }

    /** Marks what an instruction refers to: branch targets are entries, literals are data. */
    private void refer(A32 row, int word, Arguments arguments, int offset, Range range) {
        int pc = offset + PC_AHEAD;
        if (arguments instanceof Branch branch) {
            int target = pc + branch.offset();
            if (branch.exchange()) {
                callsT32 |= rangeOf(target - range.offset() + range.address()) != null;
            } else {
                branch(target, range);
            }
        } else if (arguments instanceof Transfer load && load.load()) {
            Address address = load.address();
            if (address.isLiteral()) {
                literal(pc + address.displacement(), load.size(), range);
            } else if (isTable(load)) {
                table(pc, load.rt() == PC, range);
            }
        } else if (arguments instanceof Alu alu && alu.rn() == PC) {
            relative(alu, offset, range);
        } else if (row == A32.VFP_LOAD_STORE && rn(word) == PC && p(word) && !w(word)) {
            int distance = 4 * bits(word, 7, 0);
            literal(u(word) ? pc + distance : pc - distance, bit(word, 8) ? 8 : 4, range);
        }
    }

    /** {@code ldr rT, [pc, rX, lsl #2]}. */
    private static boolean isTable(Transfer load) {
        Address address = load.address();
        return load.size() == 4 && address.rn() == PC && address.offset() instanceof Operand2.Shifted;
    }

    /** ADR, or a jump through what is behind it. */
    private void relative(Alu alu, int offset, Range range) {
        int pc = offset + PC_AHEAD;
        boolean add = alu.op() == AluOp.ADD;
        if (alu.operand2() instanceof Operand2.Immediate distance) {
            if ((add || alu.op() == AluOp.SUB) && alu.rd() != PC) {
                address(offset, alu.rd(), add ? pc + distance.value() : pc - distance.value(), range);
            }
        } else if (alu.operand2() instanceof Operand2.Shifted index && add && alu.rd() == PC && !alu.flags()) {
            branchTable(pc, range);
            switchTable(SwitchTable.find(bytes, range.offset(), offset, index), pc, range);
        }
    }

    private void branch(int target, Range range) {
        if (target >= range.offset() && target < range.end()) {
            if (flags[target >>> 2] == 0) { // most targets were reached before
                entries.push(target);
            }
        } else {
            int address = target - range.offset() + range.address();
            Range other = rangeOf(address);
            if (other != null) {
                entries.push(address - other.address() + other.offset());
            }
        }
    }

    /** Marks the words that a load of so many bytes reads. */
    private void literal(int offset, int size, Range range) {
        int end = (offset & ~3) + size;
        for (int at = offset & ~3; at < end; at += 4) {
            if (at >= range.offset() && at < range.end()) {
                flags[at >>> 2] |= LITERAL;
            }
        }
    }

    /**
     * {@code adr rD, target}: a return address if it goes to LR; else what the next few instructions load through rD is
     * data.
     */
    private void address(int offset, int register, int target, Range range) {
        if (register == LR) {
            branch(target, range);
            return;
        }
        int end = Math.min(offset + 4 + 4 * ADDRESS_LIVES, range.end());
        for (int at = offset + 4; at < end; at += 4) {
            int word = TrapEncoding.decode(Bytes.word(bytes, at));
            boolean last = rd(word) == register;
            Arguments arguments = A32.decode(word).arguments(word);
            if (arguments instanceof Transfer load && load.load()) {
                Address address = load.address();
                boolean through = address.rn() == register && address.offset() instanceof Operand2.Immediate;
                if (through && load.size() >= 4) {
                    literal(target + address.displacement(), load.size(), range);
                }
                last |= load.size() == 8;
            } else if (arguments instanceof BlockTransfer load && load.load()) {
                if (load.rn() == register) {
                    literal(target, load.bytes(), range);
                }
                last = true;
            }
            last |= arguments instanceof Branch;
            if (last) {
                return;
            }
        }
    }

    /** A table of addresses behind {@code ldr pc, [pc, rX, lsl #2]}: its words are data, and entries. */
    private void table(int offset, boolean jumps, Range range) {
        for (int i = 0; i < MAX_TABLE && tableWords < flags.length; i++, tableWords++) {
            int at = offset + 4 * i;
            if (at >= range.end() || (flags[at >>> 2] & REACHED) != 0) {
                return;
            }
            int address = Bytes.word(bytes, at);
            int distance = Math.abs(address - (at - range.offset() + range.address()));
            if (address % 4 != 0 || rangeOf(address) == null || jumps && distance > MAX_TABLE_DISTANCE) {
                return;
            }
            literal(at, 4, range);
            branch(address - range.address() + range.offset(), range);
        }
    }

    /** A table of branches behind {@code add pc, pc, rX, lsl #2}; or unrolled code, entered anywhere. */
    private void branchTable(int offset, Range range) {
        for (int i = 0; i < MAX_TABLE; i++) {
            int at = offset + 4 * i;
            branch(at, range);
            if (at >= range.end() || !isBranchAlways(Bytes.word(bytes, at))) {
                return;
            }
        }
    }

    /** Follows the cases of a switch. A table with one that is not in the stretch of its jump is none. */
    private void switchTable(SwitchTable table, int pc, Range range) {
        Range place = table == null ? null : rangeOf(data, table.address());
        int offset = place == null ? 0 : table.address() - place.address() + place.offset();
        if (place == null || offset + table.size() > place.end() || tableWords >= flags.length) {
            return;
        }
        tableWords += table.cases();
        for (int i = 0; i < table.cases(); i++) {
            int target = pc + table.distance(bytes, offset, i);
            if (target < range.offset() || target >= range.end() || target % 4 != 0) {
                return;
            }
        }
        for (int i = 0; i < table.cases(); i++) {
            entries.push(pc + table.distance(bytes, offset, i));
        }
        for (int at = offset & ~3; at < offset + table.size() && at >>> 2 < flags.length; at += 4) {
            flags[at >>> 2] |= LITERAL;
        }
    }

    private Range rangeOf(int address) {
        return rangeOf(ranges, address);
    }

    private static Range rangeOf(Range[] ranges, int address) {
        for (Range range : ranges) {
            if (Integer.compareUnsigned(address - range.address(), range.length()) < 0) {
                return range;
            }
        }
        return null;
    }

    private Range rangeAt(int offset) {
        for (Range range : ranges) {
            if (offset >= range.offset() && offset < range.end()) {
                return range;
            }
        }
        return null;
    }

    /** Offsets still to be followed. */
    private static final class Stack {
        private int[] offsets = new int[1024];
        private int size;

        boolean isEmpty() {
            return size == 0;
        }

        void push(int offset) {
            if (size == offsets.length) {
                offsets = Arrays.copyOf(offsets, 2 * size);
            }
            offsets[size++] = offset;
        }

        int pop() {
            return offsets[--size];
        }
    }
}
