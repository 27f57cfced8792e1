package swivel.cpu.jit;

import static swivel.cpu.ir.MicroInfo.*;
import static swivel.cpu.ir.MicroOp.*;

import java.util.Arrays;
import swivel.cpu.UserState;
import swivel.cpu.ir.Block;
import swivel.cpu.ir.MicroInfo;
import swivel.cpu.ir.MicroOp;

/**
 * A block's micro-operations in arrays that {@link Optimizer} changes in place, and what is live between them.
 * Operations keep their index, so that an exit can name the instruction.
 */
public final class BlockCode {
    public int size;
    public int[] op = new int[256];
    public int[] d = new int[256];
    public int[] a = new int[256];
    public int[] b = new int[256];
    public int[] imm = new int[256];
    /** Instructions that execute after each jump before {@link #imm} is reached, and do nothing but jump there. */
    public int[] followed = new int[256];

    public byte[] instruction = new byte[256];

    /** Flags live before each operation; one more entry than operations. */
    public int[] flagsBefore = new int[257];
    /** Flags live where each {@link MicroOp#JCC} and {@link MicroOp#JZ} leads. */
    public int[] flagsAtTarget = new int[256];
    /**
     * Slots that are written before the last place where flags can be seen that nothing reads where each jump leads;
     * {@link LookAhead#READ}: they are read.
     */
    public long[] writtenAtTarget = new long[256];
    /** Slots live before each operation, bit n for slot n. */
    public long[] slotsBefore = new long[257];
    /**
     * Floating-point words, of registers, that the frame must have before each operation, but for whoever leaves out of
     * line, which stores them: the others are written before the block can be left in another way.
     */
    public long[] wordsBefore = new long[257];
    /** Flags of the conditions under which each operation executes. */
    public int[] conditions = new int[256];

    /** By instruction, the slots that it writes, dead ones and all. */
    private final long[] instructionWrites = new long[Block.MAX_LENGTH];

    private Block block;
    private LookAhead ahead;

    /**
     * The first operation of the stretch at the end of the block that neither reads nor writes flags and that execution
     * does not leave by a jump of its own, where all flags must be in the frame at its end; or {@link #size}.
     */
    public int tail;

    /** All slots but temporaries. */
    static final long GUEST = ~(0xffL << UserState.T0);

    /** @param newAhead of the same block */
    public void load(Block newBlock, LookAhead newAhead) {
        block = newBlock;
        ahead = newAhead;
        size = block.instruction.length;
        if (size > op.length) {
            grow(2 * size);
        }
        for (int i = 0; i < size; i++) {
            int w = block.code[2 * i];
            op[i] = w & 0xff;
            d[i] = w >>> 8 & 0xff;
            a[i] = w >>> 16 & 0xff;
            b[i] = w >>> 24;
            imm[i] = block.code[2 * i + 1];
            if ((op[i] == LDEX || op[i] == STEX) && (imm[i] & 0xff) == 8) {
                op[i] = op[i] == LDEX ? LDEX8 : STEX8;
            }
        }
        followJumps();
        System.arraycopy(block.instruction, 0, instruction, 0, size);
        Arrays.fill(conditions, 0, size, 0);
        Arrays.fill(instructionWrites, 0);
        for (int i = 0; i < size; i++) {
            instructionWrites[instruction[i]] |= written(i) & GUEST;
            if (op[i] == SKIP) {
                for (int j = i + 1; j <= i + imm[i]; j++) {
                    conditions[j] |= conditionFlags(d[i]);
                }
            }
        }
    }

    /** A jump to a jump leads where that leads. */
    private void followJumps() {
        Arrays.fill(followed, 0, size, 0);
        for (int i = 0; i < size; i++) {
            if (op[i] == JMP || op[i] == JCC || op[i] == JZ) {
                long jump = ahead.jumpAt(imm[i]);
                followed[i] = (int) (jump >>> 32);
                imm[i] = (int) jump;
            }
        }
    }

    private void grow(int length) {
        op = new int[length];
        d = new int[length];
        a = new int[length];
        b = new int[length];
        imm = new int[length];
        followed = new int[length];
        instruction = new byte[length];
        flagsBefore = new int[length + 1];
        flagsAtTarget = new int[length];
        writtenAtTarget = new long[length];
        slotsBefore = new long[length + 1];
        wordsBefore = new long[length + 1];
        conditions = new int[length];
    }

    public boolean startsInstruction(int i) {
        return i == 0 || instruction[i] != instruction[i - 1];
    }

    public boolean endsInstruction(int i) {
        return i + 1 == size || instruction[i] != instruction[i + 1];
    }

    /** {@link LookAhead#word}. */
    int word(int address) {
        return ahead.word(address);
    }

    /** Guest address of the instruction of an operation. */
    public int pc(int i) {
        return block.pcOf(i);
    }

    /** The place behind the instruction of an operation. */
    public int placeBehind(int i) {
        return block.placeBehind(i);
    }

    public boolean isSamePage(int target) {
        return ahead.isSamePage(target);
    }

    /** Slots an operation writes, as a mask. */
    public long written(int i) {
        int info = MicroInfo.of(op[i]);
        long mask = (info & WRITES_D) != 0 ? bit(d[i]) : 0;
        if ((info & WRITES_HIGH) != 0) {
            mask |= bit(imm[i] & 0xff);
        }
        if ((info & WRITES_B) != 0) {
            mask |= bit(b[i]);
        }
        return (info & CALLED_OUT) != 0 ? -1L : mask;
    }

    /**
     * {@link #written}, and what the interpreter writes if it takes the operation's exit and does the whole
     * instruction.
     */
    public long writtenOrResumed(int i) {
        return (MicroInfo.of(op[i]) & EXITS) != 0 ? written(i) | instructionWrites[instruction[i]] : written(i);
    }

    /** Slots an operation reads, as a mask. */
    long read(int i) {
        int info = MicroInfo.of(op[i]);
        if ((info & (CALLED_OUT | LEAVES)) != 0) {
            return -1L;
        }
        long mask = (info & READS_A) != 0 ? bit(a[i]) : 0;
        if ((info & READS_B) != 0) {
            mask |= bit(b[i]);
        }
        if ((info & READS_D) != 0) {
            mask |= bit(d[i]) | ((info & WRITES_HIGH) != 0 ? bit(imm[i] & 0xff) : 0);
        }
        if ((info & READS_SECOND) != 0) {
            mask |= bit(imm[i] >>> 8 & 0xff);
        }
        return (info & EXITS) != 0 || op[i] == GETPSR ? mask | GUEST : mask;
    }

    public static long bit(int slot) {
        return slot == NO_SLOT ? 0 : 1L << slot;
    }

    /** Makes operations that write only dead flags and dead slots plain or none; computes what is live. */
    public void liveness() {
        flagsBefore[size] = ALL;
        slotsBefore[size] = -1L;
        wordsBefore[size] = -1L;
        for (int i = size - 1; i >= 0; i--) {
            int flags = flagsBefore[i + 1];
            long slots = slotsBefore[i + 1];
            if (endsInstruction(i)) {
                slots &= GUEST;
            }
            dropDead(i, flags, slots);
            int o = op[i];
            flags = flags & ~MicroInfo.flagsWritten(o, imm[i]) | MicroInfo.flagsRead(o, d[i]);
            switch (o) {
                case SKIP -> {
                    int end = i + 1 + imm[i];
                    long after = slotsBefore[end];
                    flags |= flagsBefore[end];
                    slots |= end < size && startsInstruction(end) ? after & GUEST : after;
                }
                case JMP -> {
                    flags = ahead.liveAt(imm[i]);
                    writtenAtTarget[i] = flags == ALL ? ahead.writtenAt(imm[i]) : LookAhead.READ;
                }
                case JCC -> {
                    flagsAtTarget[i] = ahead.liveAt(imm[i]);
                    writtenAtTarget[i] = flagsAtTarget[i] == ALL ? ahead.writtenAt(imm[i]) : LookAhead.READ;
                    flags |= flagsAtTarget[i];
                }
                case JZ -> {
                    flagsAtTarget[i] = ahead.liveAt(imm[i]);
                    flags |= flagsAtTarget[i];
                }
                case JMPIT, JREG, SWITCH, TRAP, TRAPNZ, CHECK -> flags = ALL;
                default -> {
                    int info = MicroInfo.of(o);
                    if ((info & (CALLED_OUT | EXITS)) != 0) {
                        flags = ALL;
                    }
                }
            }
            flagsBefore[i] = flags;
            slotsBefore[i] = slots & ~written(i) | read(i);
            wordsBefore[i] = wordsBefore(i);
            if (startsInstruction(i)) {
                keepForRepetition(i);
            }
        }
        findTail();
    }

    private long wordsBefore(int i) {
        boolean leaves = (MicroInfo.of(op[i]) & LEAVES) != 0 && op[i] != CHECK && op[i] != TRAPNZ;
        if (leaves || (MicroInfo.of(op[i]) & CALLED_OUT) != 0) {
            return -1L;
        }
        long behind = wordsBefore[i + 1] & ~MicroInfo.wordsWritten(op[i], d[i], imm[i]);
        return op[i] == SKIP ? behind | wordsBefore[i + 1 + imm[i]] : behind;
    }

    private void findTail() {
        int last = size - 1;
        boolean saves = switch (op[last]) {
            case JREG, SWITCH, TRAP -> true;
            case JMP -> flagsBefore[last] == ALL && writtenAtTarget[last] == LookAhead.READ;
            default -> false;
        };
        tail = saves ? last : size;
        while (saves && tail > 0 && isInTail(tail - 1)) {
            tail--;
        }
    }

    private boolean isInTail(int i) {
        return op[i] != JCC
                && op[i] != JZ
                && (MicroInfo.of(op[i]) & CALLED_OUT) == 0
                && (MicroInfo.flagsRead(op[i], d[i]) | MicroInfo.flagsWritten(op[i], imm[i])) == 0;
    }

    /**
     * An instruction that leaves in its middle is repeated from its start: flags and what is live there stay live up to
     * the exit.
     */
    private void keepForRepetition(int start) {
        int last = -1;
        for (int i = start; i < size && instruction[i] == instruction[start]; i++) {
            if ((MicroInfo.of(op[i]) & EXITS) != 0) {
                last = i;
            }
        }
        for (int i = start; i <= last; i++) {
            flagsBefore[i] = ALL;
        }
    }

    private void dropDead(int i, int flags, long slots) {
        int o = op[i];
        int written = MicroInfo.flagsWritten(o, imm[i]);
        boolean flagsDead = (written & flags) == 0;
        if (written != 0 && flagsDead) {
            switch (o) {
                case ADDS -> op[i] = ADD;
                case SUBS -> op[i] = SUB;
                case ADDSI -> op[i] = ADDI;
                case SUBSI -> {
                    op[i] = ADDI;
                    imm[i] = -imm[i];
                }
                case ADCS -> op[i] = ADC;
                case SBCS -> op[i] = SBC;
                case SETPSR -> {
                    return;
                }
                default -> {
                    op[i] = NONE;
                    return;
                }
            }
        }
        int info = MicroInfo.of(op[i]);
        boolean pure = (info & (WRITES_D | WRITES_HIGH | WRITES_STATUS | EXITS | LEAVES | CALLED_OUT)) == WRITES_D;
        if (pure && (slots & bit(d[i])) == 0) {
            if (flagsDead) {
                op[i] = NONE;
            } else {
                d[i] = NO_SLOT;
            }
        }
    }
}
