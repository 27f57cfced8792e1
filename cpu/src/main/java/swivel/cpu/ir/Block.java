package swivel.cpu.ir;

import swivel.cpu.Trap;
import swivel.cpu.UserState;

/** A straight run of guest instructions of one page, as micro-operations. */
public class Block {
    /** The most instructions in a block: their indices fit a byte, and an interrupt waits no longer. */
    public static final int MAX_LENGTH = 64;

    /** Guest virtual address of its first instruction. */
    public final int pc;
    /** The same with T in bit 0: {@link Location#place}. */
    public final int place;
    /** What decided how it was lifted: {@link Location}. */
    public final long location;
    /** Micro-operations, two ints each ({@link MicroOp}). */
    public final int[] code;
    /** For each micro-operation the index in the block of the instruction it belongs to. */
    public final byte[] instruction;
    /** Guest instructions in the block. */
    public final int length;

    /** By instruction, whether it has 2 bytes; others have 4. */
    private final long narrow;

    /** ITSTATE at each instruction and behind the last; null: always zero. */
    private final byte[] it;

    private Trap trap;
    private int trapAt = -1;

    /** Parameters are as in the fields; of instructions beyond {@code length} nothing is in {@code narrow}. */
    public Block(long location, int[] code, byte[] instruction, int length, long narrow, byte[] it) {
        this.pc = Location.pc(location);
        this.place = Location.place(location);
        this.location = location;
        this.code = code;
        this.instruction = instruction;
        this.length = length;
        this.narrow = narrow;
        this.it = it;
    }

    /** A copy. */
    protected Block(Block other) {
        this(other.location, other.code, other.instruction, other.length, other.narrow, other.it);
    }

    /** Bytes from its first instruction to another, or to its end. */
    public int offsetOf(int index) {
        if (narrow == 0) {
            return 4 * index; // to count bits takes C1 twenty instructions
        }
        long before = index < MAX_LENGTH ? ~(-1L << index) : -1; // a shift by 64 is none
        return 4 * index - 2 * Long.bitCount(narrow & before);
    }

    /** By instruction, bit n for instruction n, whether it has 2 bytes. */
    public long narrow() {
        return narrow;
    }

    /** Bytes of an instruction. */
    public int sizeOf(int index) {
        return isNarrow(index) ? 2 : 4;
    }

    /** Whether an instruction has 2 bytes. */
    public boolean isNarrow(int index) {
        return (narrow >>> index & 1) != 0;
    }

    /** Bytes of the block. */
    public int bytes() {
        return offsetOf(length);
    }

    /** Guest virtual address of the instruction that a micro-operation belongs to. */
    public int pcOf(int microOp) {
        return pc + offsetOf(instruction[microOp]);
    }

    /** Guest virtual address behind that instruction. */
    public int pcBehind(int microOp) {
        return pcOf(microOp) + sizeOf(instruction[microOp]);
    }

    /** The place behind that instruction, in the same instruction set. */
    public int placeBehind(int microOp) {
        return Location.place(pcBehind(microOp), isThumb());
    }

    /** ITSTATE at an instruction; at {@code length}, behind the last one. */
    public int itOf(int index) {
        return it == null ? 0 : it[index] & 0xff;
    }

    /** CPSR.T of it. */
    public boolean isThumb() {
        return Location.thumb(location);
    }

    public boolean isBigEndian() {
        return Location.bigEndian(location);
    }

    public boolean contains(int op) {
        for (int i = 0; i < code.length; i += 2) {
            if ((code[i] & 0xff) == op) {
                return true;
            }
        }
        return false;
    }

    /** What a {@link MicroOp#TRAP} or {@link MicroOp#TRAPNZ} of the block raises. */
    public Trap trap(int microOp) {
        if (trapAt != microOp) {
            trap = newTrap(code[2 * microOp] >>> 8 & UserState.SLOTS - 1, code[2 * microOp + 1]);
            trapAt = microOp;
        }
        return trap;
    }

    private static Trap newTrap(int kind, int payload) {
        return switch (kind) {
            case MicroOp.TRAP_SVC -> new Trap.SupervisorCall(payload);
            case MicroOp.TRAP_UNDEFINED -> new Trap.UndefinedInstruction(payload);
            case MicroOp.TRAP_SENSITIVE -> new Trap.SensitiveInstruction(payload);
            case MicroOp.TRAP_INTRINSIC -> new Trap.Intrinsic(payload);
            default -> new Trap.Breakpoint(payload);
        };
    }
}
