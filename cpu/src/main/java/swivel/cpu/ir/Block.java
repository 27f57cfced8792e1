package swivel.cpu.ir;

import swivel.cpu.AddressSpace;
import swivel.cpu.Trap;
import swivel.cpu.UserState;

/** A straight run of guest instructions of one page, as micro-operations. */
public class Block {
    /** The most instructions in a block: their indices fit a byte, and an interrupt waits no longer. */
    public static final int MAX_LENGTH = 64;

    /** In {@link #variant}: CPSR.E was set. */
    public static final int BIG_ENDIAN = 1;

    private static final AddressSpace.Sensitive[] SENSITIVE = AddressSpace.Sensitive.values();

    /** Guest virtual address of its first instruction. */
    public final int pc;
    /** What else than its place and address decided how it was lifted: {@link #variant(AddressSpace.Sensitive, boolean)}. */
    public final int variant;
    /** Micro-operations, two ints each ({@link MicroOp}). */
    public final int[] code;
    /** For each micro-operation the index in the block of the instruction it belongs to. */
    public final byte[] instruction;
    /** Guest instructions in the block. */
    public final int length;

    private Trap trap;
    private int trapAt = -1;

    public Block(int pc, int variant, int[] code, byte[] instruction, int length) {
        this.pc = pc;
        this.variant = variant;
        this.code = code;
        this.instruction = instruction;
        this.length = length;
    }

    /** Guest virtual address of the instruction that a micro-operation belongs to. */
    public int pcOf(int microOp) {
        return pc + 4 * instruction[microOp];
    }

    /** What else than its place and address decides how a block is lifted. */
    public static int variant(AddressSpace.Sensitive sensitive, boolean bigEndian) {
        return sensitive.ordinal() << 1 | (bigEndian ? BIG_ENDIAN : 0);
    }

    /** What happens to sensitive instructions in a variant. */
    public static AddressSpace.Sensitive sensitive(int variant) {
        return SENSITIVE[variant >>> 1];
    }

    public boolean isBigEndian() {
        return (variant & BIG_ENDIAN) != 0;
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
