package swivel.cpu;

import static swivel.cpu.FuzzSide.*;

import java.util.SplittableRandom;
import swivel.arm.Fpscr;
import swivel.arm.Psr;
import swivel.cpu.fp.Format;
import swivel.cpu.fp.FpValues;
import swivel.memory.GuestMemory;

/** Random states in which {@link BlockFuzz} starts programs. */
public final class FuzzStates {
    private static final int[] EDGES = {
        0, 1, -1, 0x7fffffff, 0x80000000, 0x8000, 0xffff8000, 0x7fff, 31, 32, 33, 255, 256, 0xff00
    };

    private static final long[] SINGLES = FpValues.of(Format.SINGLE);
    private static final long[] DOUBLES = FpValues.of(Format.DOUBLE);

    private final SplittableRandom random;
    private final BlockFuzz.Kernel kernel;

    FuzzStates(SplittableRandom random, BlockFuzz.Kernel kernel) {
        this.random = random;
        this.kernel = kernel;
    }

    /**
     * Makes a state a random one.
     *
     * @param place where it is to go on
     * @param privileged whether it is of the kernel
     * @param answersCalls whether supervisor calls may go to the kernel's handler, and back, without a trap
     */
    void fill(UserState state, int place, boolean privileged, boolean answersCalls) {
        for (int i = 0; i < UserState.PC; i++) {
            boolean any = oneIn(8);
            state.r[i] = !any && (FuzzPrograms.POINTERS >>> i & 1) != 0
                    ? pointer(random)
                    : !any && (FuzzPrograms.INDEXES >>> i & 1) != 0 ? random.nextInt(-32, 32) : value(place & ~1);
        }
        for (int i = UserState.TPIDRURW; i <= UserState.TPIDRURO; i++) {
            state.r[i] = random.nextInt();
        }
        if (kernel != null) {
            int vector = CODE + (HANDLER_PAGE << GuestMemory.PAGE_SHIFT) + CALL_VECTOR;
            kernel.fill(random, state.r, privileged, answersCalls ? vector : 0);
        }
        fillFloating(state.fp.words());
        state.setUserPsr(random.nextInt() & (Psr.NZCV | Psr.Q | Psr.GE));
        state.setPlace(place);
    }

    private boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    private int value(int pc) {
        return switch (random.nextInt(8)) {
            case 0 -> EDGES[random.nextInt(EDGES.length)];
            case 1 -> random.nextInt() >>> random.nextInt(32);
            case 2 -> pc + (random.nextBoolean() ? 4 * random.nextInt(48) : 2 * random.nextInt(96) + 1);
            case 3 -> random.nextInt(64);
            default -> pointer(random);
        };
    }

    /** An address in the data, often near the end of a page. */
    public static int pointer(SplittableRandom random) {
        int page = DATA + (random.nextInt(DATA_PAGES) << GuestMemory.PAGE_SHIFT);
        int near = random.nextInt(3) == 0 ? 48 : 4;
        int offset = random.nextBoolean() ? random.nextInt(GuestMemory.PAGE_SIZE) : random.nextInt(-near, near);
        return page + (random.nextInt(4) == 0 ? offset : offset & -4);
    }

    /**
     * Numbers near one, at the edges of their formats, and any; half of the states in another mode than after reset.
     */
    private void fillFloating(int[] words) {
        for (int d = 0; d < FpRegisters.REGISTERS / 2; d++) {
            FpRegisters.setDoubleword(
                    words,
                    d,
                    switch (random.nextInt(4)) {
                        case 0 -> DOUBLES[random.nextInt(DOUBLES.length)];
                        case 1 -> random.nextLong() & 0x801f_ffff_ffff_ffffL | 0x3fe0_0000_0000_0000L;
                        default -> (long) single() << 32 | single() & 0xffff_ffffL;
                    });
        }
        words[FpRegisters.FPSCR] = random.nextInt()
                & switch (random.nextInt(8)) {
                    case 0 -> Fpscr.WRITABLE & ~Fpscr.NZCV;
                    case 1, 2, 3 -> Fpscr.CONTROL | Fpscr.CUMULATIVE;
                    case 4, 5 -> Fpscr.CUMULATIVE;
                    default -> 0;
                };
        words[FpRegisters.NZCV] = random.nextInt() & Fpscr.NZCV;
        // A kernel that has VFP mostly lets itself use it, and programs.
        int enable = oneIn(16) ? 0 : FpRegisters.EN;
        words[FpRegisters.FPEXC] = enable;
        int off = enable == 0 ? FpRegisters.NO_VFP : 0;
        words[FpRegisters.NOT_ALLOWED] = oneIn(16) ? random.nextInt(8) : 0;
        words[FpRegisters.NOT_ALLOWED_IN_KERNEL] = oneIn(16) ? random.nextInt(8) : 0;
        words[FpRegisters.DISABLED] = words[FpRegisters.NOT_ALLOWED] | off;
        words[FpRegisters.DISABLED_IN_KERNEL] = words[FpRegisters.NOT_ALLOWED_IN_KERNEL] | off;
    }

    private int single() {
        return switch (random.nextInt(4)) {
            case 0 -> (int) SINGLES[random.nextInt(SINGLES.length)];
            case 1 -> random.nextInt() & 0x80ff_ffff | 0x3f00_0000;
            case 2 -> random.nextInt(-2, 3) + (random.nextInt(-4, 4) << 29);
            default -> random.nextInt();
        };
    }
}
