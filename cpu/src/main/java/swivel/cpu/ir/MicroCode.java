package swivel.cpu.ir;

import java.util.Arrays;
import swivel.cpu.UserState;

/** A block's micro-operations while they are being written. */
public final class MicroCode {
    private int[] code = new int[256];
    private byte[] instruction = new byte[128];
    private int size;
    private int length;
    private long narrow;
    private int next;
    private int bytes;
    private int programCounter;
    private boolean thumb;
    /** ITSTATE at each instruction, and behind the last. */
    private final byte[] it = new byte[Block.MAX_LENGTH + 1];

    private boolean hasIt;
    private int temporaries;
    private boolean flagsWritten;
    private boolean ended;
    private boolean conditional;

    /** Says what CPSR.T is in the block that is begun. */
    public void setThumb(boolean newThumb) {
        thumb = newThumb;
    }

    /**
     * Starts the next instruction of the block, in an IT block or outside.
     *
     * @param itState ITSTATE
     */
    public void begin(int address, int bytesOfIt, int ahead, int itState) {
        begin(address, bytesOfIt, ahead);
        it[length - 1] = (byte) itState;
        hasIt |= itState != 0;
        it[length] = 0;
    }

    /** Says what ITSTATE is behind the current instruction if it does not jump. */
    public void setNextIt(int itState) {
        it[length] = (byte) itState;
        hasIt |= itState != 0;
    }

    /** ITSTATE behind the current instruction if it does not jump. */
    public int nextIt() {
        return hasIt ? it[length] & 0xff : 0;
    }

    /**
     * Starts the next instruction of the block.
     *
     * @param address its guest address
     * @param bytesOfIt 2 or 4
     * @param ahead what r15 reads as, less the address
     */
    public void begin(int address, int bytesOfIt, int ahead) {
        bytes = bytesOfIt;
        narrow |= bytes == 2 ? 1L << length : 0;
        length++;
        next = address + bytes;
        programCounter = address + ahead;
        temporaries = 0;
        flagsWritten = false;
        ended = false;
    }

    /** Bytes of the current instruction. */
    public int bytes() {
        return bytes;
    }

    /** Whether it is T32. */
    public boolean thumb() {
        return thumb;
    }

    /** The address behind the current instruction. */
    public int next() {
        return next;
    }

    /** The place of code of the same instruction set ({@link Location#place}). */
    public int place(int address) {
        return Location.place(address, thumb);
    }

    /** What r15 reads as in the current instruction. */
    public int programCounter() {
        return programCounter;
    }

    /** The slot that holds a register operand. */
    public int operand(int register) {
        return register == UserState.PC ? constant(programCounter) : register;
    }

    /**
     * The slot that holds a register to which a number is added: r15 is read aligned to a word then (ARM DDI 0406C,
     * A2.3, Align).
     */
    public int base(int register) {
        return register == UserState.PC ? constant(programCounter & ~3) : register;
    }

    private int constant(int value) {
        int t = temporary();
        emit(MicroOp.MOVI, t, 0, 0, value);
        return t;
    }

    /** A temporary that this instruction has not used yet. */
    public int temporary() {
        if (temporaries == UserState.T_END - UserState.T0) {
            throw new IllegalStateException("an instruction needs too many temporaries");
        }
        return UserState.T0 + temporaries++;
    }

    /** Gives back the temporary that was handed out last. */
    public void release(int t) {
        temporaries = t - UserState.T0;
    }

    /**
     * Appends a micro-operation. Those that read r15 where the architecture says nothing of what that is, as multiplies
     * do, find what it reads as elsewhere, as on QEMU: engines keep other things in its slot.
     */
    public void emit(int op, int d, int a, int b, int imm) {
        if (MicroInfo.reads(op, d, a, b, imm, UserState.PC)) {
            append(MicroOp.MOVI, UserState.PC, 0, 0, programCounter);
        }
        append(op, d, a, b, imm);
    }

    private void append(int op, int d, int a, int b, int imm) {
        if (size == instruction.length) {
            code = Arrays.copyOf(code, code.length * 2);
            instruction = Arrays.copyOf(instruction, instruction.length * 2);
        }
        code[2 * size] = MicroOp.pack(op, d, a, b);
        code[2 * size + 1] = imm;
        instruction[size++] = (byte) (length - 1);
        flagsWritten |= MicroInfo.flagsWritten(op, imm) != 0;
        ended = MicroInfo.isEnd(op);
        conditional |= op == MicroOp.SKIP;
    }

    /** Appends a micro-operation with an {@code imm} of 0. */
    public void emit(int op, int d, int a, int b) {
        emit(op, d, a, b, 0);
    }

    /** Position of the next micro-operation. */
    public int size() {
        return size;
    }

    /**
     * Whether the instruction before the current one, which has no micro-operations yet, was an exclusive-or of a slot
     * with a number that has some of the bits.
     */
    public boolean wasToggled(int slot, int bits) {
        int last = 2 * (size - 1);
        return size > 0 && code[last] == MicroOp.pack(MicroOp.EORI, slot, slot, 0) && (code[last + 1] & bits) != 0;
    }

    /** Whether the current instruction changed N, Z, C or V. */
    public boolean flagsWritten() {
        return flagsWritten;
    }

    /** Whether what is written now may be skipped. It may say so for too long. */
    public boolean isConditional() {
        return conditional;
    }

    /** Whether the last micro-operation leaves the block whatever the flags. */
    public boolean ended() {
        return ended;
    }

    /** Makes the {@link MicroOp#SKIP} at {@code at} skip everything behind it. */
    public void closeSkip(int at) {
        code[2 * at + 1] = size - at - 1;
        conditional = false;
    }

    /** Instructions that were begun. */
    public int length() {
        return length;
    }

    /** The block that was written; the next one can be begun. */
    public Block finish(long location) {
        byte[] states = hasIt ? Arrays.copyOf(it, length + 1) : null;
        Block block = new Block(
                location, Arrays.copyOf(code, 2 * size), Arrays.copyOf(instruction, size), length, narrow, states);
        size = 0;
        conditional = false;
        length = 0;
        narrow = 0;
        hasIt = false;
        assert Verifier.verify(block);
        return block;
    }
}
