package swivel.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import swivel.arm.Condition;
import swivel.arm.Fpscr;
import swivel.cpu.fp.LaneOperation;
import swivel.cpu.fp.Permutation;
import swivel.cpu.fp.ScalarOperation;
import swivel.cpu.fp.Vectors;
import swivel.cpu.ir.Block;
import swivel.cpu.ir.MicroOp;
import swivel.cpu.ir.Operation;
import swivel.cpu.ir.Operation.Fact;
import swivel.memory.GuestMemory;

/**
 * What {@link BlockFuzz} has met. Traps and interrupts are all counted; the rest is looked at in one execution of some,
 * instruction by instruction, so that its figures are lower bounds.
 */
final class FuzzCoverage {
    /** What is to happen now and then. */
    enum Event {
        READ_ABORT,
        WRITE_ABORT,
        ALIGNMENT_ABORT,
        PREFETCH_ABORT,
        UNDEFINED,
        SUPERVISOR_CALL,
        BREAKPOINT,
        /** An access of the LDRT family aborts. */
        UNPRIVILEGED_ABORT(true),
        /** An instruction that is left to the hypervisor. */
        SENSITIVE(true),
        /** {@link MicroOp#TRAPNZ}. */
        INTRINSIC(true),
        /** {@link MicroOp#CHECK}: an interrupt was pending when it was unmasked. */
        ATTENTION(true),
        /** {@link MicroOp#SWITCH}: from a program to the kernel, or back. */
        SPACE_SWITCHED(true),
        INTERRUPT,
        INTERRUPT_HANDLED,
        /** The state that it interrupted was compared. */
        INTERRUPT_COMPARED,
        UNALIGNED_ACCESS,
        PAGE_CROSSING_ACCESS,
        ABORT_AT_END_OF_PAGE,
        PAGE_CROSSING_ACCESS_AT_END_OF_PAGE,
        CODE_CROSSES_PAGE,
        STORE_EXCLUSIVE_DONE,
        STORE_EXCLUSIVE_REFUSED,
        CODE_CHANGES_ITSELF,
        /** Through one of more than three mappings of its page that can be written. */
        CODE_CHANGES_ITSELF_BY_MANY_ALIASES,
        /** What it stored was executed next, as it can be told without another engine. */
        CHANGED_CODE_EXECUTED,
        CODE_CHANGED_FROM_OUTSIDE,
        PAGE_UNMAPPED,
        // A space was asked for a page, and before it gave that changed another one: where the instruction is that
        // asks, where a
        // jump comes from whose target is fetched, where LR leads, or another page of code.
        RUNNING_PAGE_REPLACED_BY_READ,
        RUNNING_PAGE_REPLACED_BY_WRITE,
        RUNNING_PAGE_DROPPED_BY_READ,
        RUNNING_PAGE_DROPPED_BY_WRITE,
        PAGE_OF_JUMP_CHANGED_BY_FETCH,
        PAGE_OF_CALLER_CHANGED_BY_FILL,
        PAGE_OF_OTHER_CODE_CHANGED_BY_FILL,
        DATA_REPLACED_BY_FILL,
        SPACE_CLEARED_BY_FILL,
        CODE_MEMORY_FULL,
        DEVICE_LOAD,
        DEVICE_STORE,
        /** Nothing answers among the device's registers. */
        DEVICE_REFUSED,
        /** The device had an interrupt behind an access. */
        DEVICE_ATTENTION;

        /** Whether only a kernel's instructions bring it about. */
        final boolean kernel;

        Event() {
            this(false);
        }

        Event(boolean kernel) {
            this.kernel = kernel;
        }
    }

    private static final int FLAG_VALUES = 16;
    private static final int CONDITIONS = 14;
    private static final int MODES = 16;
    private static final int RAISED = Fpscr.CUMULATIVE & ~Fpscr.QC;

    private final long[] events = new long[Event.values().length];
    private final long[] operations = new long[Operation.values().length];
    private final long[][] conditions = new long[CONDITIONS][FLAG_VALUES];
    /** What floating point computed, by mode: {@link Fpscr#RMODE}, FZ and DN. */
    private final long[][] arithmetic = new long[ScalarOperation.values().length][MODES];

    private final long[] lanes = new long[LaneOperation.values().length];
    private final long[] permutations = new long[Permutation.values().length];

    /** Cumulative exceptions that were raised, by bit of FPSCR. */
    private final long[] exceptions = new long[Integer.SIZE];

    private final boolean kernel;
    /** Whether sensitive instructions execute, and are counted, in some space. */
    private final boolean counting;

    long executions;
    long instructions;
    /** Of the instructions of emitted code those that the interpreter executed. */
    long interpreted;

    /** Makes one for programs with or without a kernel's instructions. */
    FuzzCoverage(boolean kernel, boolean counting) {
        this.kernel = kernel;
        this.counting = counting;
    }

    void count(Event event) {
        events[event.ordinal()]++;
    }

    void set(Event event, long value) {
        events[event.ordinal()] = value;
    }

    long of(Event event) {
        return events[event.ordinal()];
    }

    void count(Trap trap) {
        switch (trap) {
            case Trap.SupervisorCall call -> count(Event.SUPERVISOR_CALL);
            case Trap.UndefinedInstruction undefined -> count(Event.UNDEFINED);
            case Trap.SensitiveInstruction sensitive -> count(Event.SENSITIVE);
            case Trap.Intrinsic intrinsic -> count(Event.INTRINSIC);
            case Trap.Breakpoint breakpoint -> count(Event.BREAKPOINT);
            case Trap.DebugStop stop -> throw new AssertionError("no debugger");
            case Trap.PrefetchAbort abort -> count(Event.PREFETCH_ABORT);
            case Trap.Attention attention -> count(Event.ATTENTION);
            case Trap.Kick kick -> count(Event.INTERRUPT);
            case Trap.DataAbort abort -> {
                count(abort.unprivileged() ? Event.UNPRIVILEGED_ABORT : Event.READ_ABORT);
                if (abort.write()) {
                    count(Event.WRITE_ABORT);
                }
                if (abort.alignment()) {
                    count(Event.ALIGNMENT_ABORT);
                }
            }
        }
    }

    /**
     * Notes an instruction that was executed.
     *
     * @param single it alone
     * @param before r0 to r15 before it
     * @param psr the status before it
     * @param fpscr FPSCR before it
     * @param state the state after it
     */
    void instruction(Block single, int[] before, int psr, int fpscr, UserState state, Trap trap) {
        int[] r = state.r;
        boolean atEnd = (single.pc & GuestMemory.PAGE_SIZE - 1) == GuestMemory.PAGE_SIZE - 4;
        if (atEnd && trap instanceof Trap.DataAbort) {
            count(Event.ABORT_AT_END_OF_PAGE);
        }
        int size = single.code.length / 2;
        for (int i = 0; i < size; i++) {
            int op = single.code[2 * i] & 0xff;
            int d = single.code[2 * i] >>> 8 & 0xff;
            int imm = single.code[2 * i + 1];
            boolean added = i == size - 1; // the jump to the next instruction
            if (added || trap instanceof Trap.DataAbort && op != MicroOp.SKIP) {
                return;
            }
            operations[Operation.of(op).ordinal()]++;
            if (op == MicroOp.SKIP || op == MicroOp.JCC) {
                if (i == 0) {
                    conditions[d][psr >>> 28]++;
                }
                boolean passes = i == 0 && Condition.passes(d, psr);
                i += passes || op == MicroOp.JCC ? 0 : imm; // of a skip in the middle one does not know
            } else if (op == MicroOp.FP && trap == null) {
                floatingPoint(imm, fpscr, state.fp.words()[FpRegisters.FPSCR]);
            } else if (op == MicroOp.VECTOR) {
                lanes[Vectors.operation(imm).ordinal()]++;
            } else if (op == MicroOp.PERMUTE) {
                permutations[Vectors.permutation(imm).ordinal()]++;
            } else {
                access(op, single.code[2 * i] >>> 16 & 0xff, d, imm, before, r, atEnd);
            }
        }
    }

    private void access(int op, int a, int d, int imm, int[] before, int[] r, boolean atEnd) {
        if (op == MicroOp.STEX) {
            count(r[d] == 0 ? Event.STORE_EXCLUSIVE_DONE : Event.STORE_EXCLUSIVE_REFUSED);
        }
        int bytes = size(op);
        int address = (a < before.length ? before[a] : r[a]) + imm;
        if ((address & bytes - 1) != 0) {
            boolean crosses = (address ^ address + bytes - 1) >>> GuestMemory.PAGE_SHIFT != 0;
            count(crosses ? Event.PAGE_CROSSING_ACCESS : Event.UNALIGNED_ACCESS);
            if (crosses && atEnd) {
                count(Event.PAGE_CROSSING_ACCESS_AT_END_OF_PAGE);
            }
        }
    }

    private void floatingPoint(int code, int before, int after) {
        arithmetic[ScalarOperation.of(code).ordinal()][(before & (Fpscr.RMODE | Fpscr.FZ | Fpscr.DN)) >>> MODE_SHIFT]++;
        for (int raised = after & ~before & RAISED; raised != 0; raised &= raised - 1) {
            exceptions[Integer.numberOfTrailingZeros(raised)]++;
        }
    }

    /** RMODE, FZ and DN are neighbours. */
    private static final int MODE_SHIFT = 22;

    private static int size(int op) {
        return switch (op) {
            case MicroOp.LD32, MicroOp.ST32, MicroOp.LD32T, MicroOp.ST32T -> 4;
            case MicroOp.LD16U, MicroOp.LD16S, MicroOp.ST16, MicroOp.LD16UT, MicroOp.LD16ST, MicroOp.ST16T -> 2;
            default -> 1;
        };
    }

    /** What did not happen at all, by name. */
    List<String> missing() {
        List<String> missing = new ArrayList<>();
        for (Event event : Event.values()) {
            if (of(event) == 0 && (kernel || !event.kernel)) {
                missing.add(event.name());
            }
        }
        for (Operation row : Operation.values()) {
            if (operations[row.ordinal()] == 0 && isExpected(row)) {
                missing.add(row.name());
            }
        }
        for (int condition = 0; condition < CONDITIONS; condition++) {
            for (int flags = 0; flags < FLAG_VALUES; flags++) {
                if (conditions[condition][flags] == 0) {
                    missing.add(Condition.values()[condition] + " under NZCV " + flags);
                }
            }
        }
        for (ScalarOperation row : ScalarOperation.values()) {
            for (int mode = 0; mode < MODES; mode++) {
                if (arithmetic[row.ordinal()][mode] == 0) {
                    missing.add("%s under FPSCR 0x%08x".formatted(row, mode << MODE_SHIFT));
                }
            }
        }
        for (LaneOperation row : LaneOperation.values()) {
            if (lanes[row.ordinal()] == 0) {
                missing.add(row.name());
            }
        }
        for (Permutation row : Permutation.values()) {
            if (permutations[row.ordinal()] == 0) {
                missing.add(row.name());
            }
        }
        for (int left = RAISED; left != 0; left &= left - 1) {
            int bit = Integer.numberOfTrailingZeros(left);
            if (exceptions[bit] == 0) {
                missing.add("exception " + bit + " of FPSCR");
            }
        }
        return missing;
    }

    /**
     * Operations that only a kernel's instructions are lifted to; and one that changes the byte order, which emitted
     * code leaves alone.
     */
    private boolean isExpected(Operation row) {
        return !row.is(Fact.OPTIMIZED)
                && row != Operation.SETEND
                && (kernel || !row.is(Fact.KERNEL))
                && (counting || !row.is(Fact.SENSITIVE));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append("%,d executions, %,d instructions, %.1f %% of them as emitted code%n"
                .formatted(executions, instructions, 100.0 * (instructions - interpreted) / instructions));
        for (Event event : Event.values()) {
            text.append("%,14d  %s%n"
                    .formatted(of(event), event.name().toLowerCase(Locale.ROOT).replace('_', ' ')));
        }
        text.append("conditions and flags: each of %d at least %,d times%n"
                .formatted(CONDITIONS * FLAG_VALUES, least(conditions)));
        text.append("floating point: each of %d operations in each of %d modes at least %,d times%n"
                .formatted(arithmetic.length, MODES, least(arithmetic)));
        text.append("micro-operations, where they were looked at:");
        int column = 0;
        for (Operation row : Operation.values()) {
            if (!row.is(Fact.OPTIMIZED)) {
                text.append(column++ % 8 == 0 ? "\n " : "")
                        .append("%8s %,-11d".formatted(row, operations[row.ordinal()]));
            }
        }
        return text.toString();
    }

    private static long least(long[][] counts) {
        long least = Long.MAX_VALUE;
        for (long[] row : counts) {
            for (long count : row) {
                least = Math.min(least, count);
            }
        }
        return least;
    }
}
