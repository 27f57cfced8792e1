package swivel.cpu;

import java.lang.reflect.RecordComponent;
import java.util.Set;
import java.util.SplittableRandom;
import swivel.arm.Address;
import swivel.arm.Arguments;
import swivel.arm.Arguments.Alu;
import swivel.arm.Arguments.BlockTransfer;
import swivel.arm.Arguments.Call;
import swivel.arm.Arguments.Exclusive;
import swivel.arm.Arguments.Extract;
import swivel.arm.Arguments.Insert;
import swivel.arm.Arguments.MultiplyLong;
import swivel.arm.Arguments.Plain;
import swivel.arm.Arguments.Preload;
import swivel.arm.Arguments.StatusWrite;
import swivel.arm.Arguments.Transfer;
import swivel.arm.T32;

/** Random words of T32, and what is UNPREDICTABLE of them, as their {@link Arguments} tell. */
final class T32Words {
    private T32Words() {}

    static final int NOP = 0xbf00;
    private static final int SP = 13;
    private static final int PC = 15;
    /** UDF #1, by which Linux and so qemu-arm mark breakpoints. */
    private static final int LINUX_BREAKPOINT = 0xde01;
    /** HLT #60 of ARMv8, by which qemu-arm is asked for semihosting, its end among others. */
    private static final int SEMIHOSTING = 0xbabc;

    private static final int TRIES = 100_000;

    /** A word of a row. */
    static int random(SplittableRandom random, T32 row) {
        boolean narrow = row.pattern().length() == 16;
        for (int i = 0; i < TRIES; i++) {
            int word = row.canonical(narrow ? random.nextInt(0x10000) : random.nextInt());
            if (T32.decode(word) == row) {
                return word;
            }
        }
        throw new IllegalStateException("no word of " + row);
    }

    private static final Set<String> REGISTERS =
            Set.of("rd", "rn", "rm", "ra", "rs", "rt", "rt2", "low", "high", "register");

    /** Whether a register of an instruction is r15. */
    static boolean usesPc(Record arguments) {
        for (RecordComponent component : arguments.getClass().getRecordComponents()) {
            Object value = valueOf(component, arguments);
            boolean isPc = REGISTERS.contains(component.getName()) && value.equals(PC);
            if (isPc || value instanceof Record part && usesPc(part)) {
                return true;
            }
        }
        return false;
    }

    private static Object valueOf(RecordComponent component, Record of) {
        try {
            return component.getAccessor().invoke(of);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether it is UNPREDICTABLE outside of IT blocks, as far as that is not harmless. */
    static boolean isPredictable(T32 row, int word) {
        Arguments arguments = row.arguments(word);
        if (word == SEMIHOSTING || usesPc((Record) arguments) && !mayReadPc(row, arguments)) {
            return false;
        }
        return switch (arguments) {
            case Transfer transfer -> isPredictable(transfer);
            case BlockTransfer block -> isPredictable(row, block);
            case Exclusive exclusive -> isPredictable(exclusive);
            case MultiplyLong multiply -> multiply.low() != multiply.high();
            case Extract extract -> extract.isPredictable();
            case Insert insert -> insert.isPredictable();
            case StatusWrite write -> write.fields() != 0;
            case Plain plain -> row.pattern().length() == 16 || plain.rm() == T32Pattern.get(row, word, 'm');
            case Call call -> word != LINUX_BREAKPOINT;
            default -> true;
        };
    }

    private static boolean mayReadPc(T32 row, Arguments arguments) {
        if (row == T32.SUBS_PC_LR_T1) {
            return true; // it is undefined in user mode
        }
        if (arguments instanceof Alu alu && alu.rd() != PC) {
            boolean isAdr = row == T32.ADR_T1 || row == T32.ADD_IMM_T4 || row == T32.SUB_IMM_T4;
            return row == T32.MOV_REG_T1 || row == T32.ADD_REG_T2 || isAdr;
        }
        return arguments instanceof Transfer transfer
                        && transfer.load()
                        && isLiteral(transfer.address())
                        && transfer.rt() != PC
                || arguments instanceof Preload preload && isLiteral(preload.address());
    }

    private static boolean isLiteral(Address address) {
        return address.isLiteral();
    }

    private static boolean isPredictable(Transfer transfer) {
        Address address = transfer.address();
        boolean changesTransferred = address.rn() == transfer.rt() || address.rn() == transfer.rt2();
        return !(address.writesBack() && changesTransferred)
                && !(transfer.size() == 8 && transfer.load() && transfer.rt() == transfer.rt2());
    }

    private static boolean isPredictable(T32 row, BlockTransfer block) {
        int least = row.pattern().length() == 16 ? 1 : 2;
        boolean changesBase = block.writesBack() && block.has(block.rn());
        return Integer.bitCount(block.list()) >= least && !block.has(PC) && !changesBase;
    }

    private static boolean isPredictable(Exclusive exclusive) {
        if (exclusive.rd() == SP || exclusive.rt() == SP || exclusive.rt2() == SP) {
            return false;
        }
        if (exclusive.load()) {
            return exclusive.rt() != exclusive.rt2();
        }
        int d = exclusive.rd();
        return d != exclusive.rn() && d != exclusive.rt() && d != exclusive.rt2();
    }

    /** Packs instructions, each of 16 or 32 bits, into words of code; the last halfword may be a NOP. */
    static int[] pack(int... instructions) {
        int[] words = new int[instructions.length];
        int at = 0;
        for (int instruction : instructions) {
            if (T32.lengthOf(instruction) == 4) {
                put(words, at++, instruction >>> 16);
            }
            put(words, at++, instruction);
        }
        if ((at & 1) != 0) {
            put(words, at++, NOP);
        }
        return java.util.Arrays.copyOf(words, at / 2);
    }

    private static void put(int[] words, int at, int half) {
        words[at / 2] |= (half & 0xffff) << 16 * (at & 1);
    }
}
