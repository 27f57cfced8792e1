package swivel.vmm;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import swivel.arm.Cp15;
import swivel.arm.InstructionSet;
import swivel.arm.Mode;
import swivel.arm.Psr;
import swivel.arm.core.CoreModel;
import swivel.cpu.AddressSpace.Sensitive;
import swivel.cpu.BlockFuzz;
import swivel.cpu.FuzzStates;
import swivel.cpu.Intrinsics;
import swivel.cpu.SystemSlots;
import swivel.cpu.UserState;
import swivel.encoding.TrapEncoding;

/**
 * A kernel for {@link BlockFuzz}: its sensitive instructions are lifted by {@link KernelIntrinsics} or trap, interrupts
 * are pending and masked at random.
 *
 * <p>{@code java … swivel.vmm.KernelFuzz 20000000 [seed [lockstep]]} runs as many executions as one likes, of a
 * rewritten and of an unmodified kernel in turns, with two seeds, one of them in memory of more than 2 GiB, and says
 * what they met; with {@code lockstep} the emitted code runs as with {@code --lockstep}.
 */
final class KernelFuzz implements BlockFuzz.Kernel {
    private static final Mode[] MODES = {Mode.SVC, Mode.SVC, Mode.IRQ, Mode.UND};

    /** In a rewritten kernel one of so many instructions is as nobody rewrote it. */
    private static final int MISSED = 8;

    private final Virtualization virtualization;
    private final boolean patched;
    private final KernelIntrinsics intrinsics;
    private SplittableRandom random;
    private final KernelWords words = new KernelWords(InstructionSet.A32, () -> random.nextInt());

    KernelFuzz(Virtualization virtualization) {
        this.virtualization = virtualization;
        patched = virtualization.isRewritten();
        // Whoever lifts must decide the same: by Rm, or the number that is subtracted
        intrinsics = new KernelIntrinsics(
                CoreModel.CORTEX_A15.cp15(), patched, false, word -> (word & 1) != 0, 4, new Statistics());
    }

    @Override
    public Intrinsics intrinsics() {
        return intrinsics;
    }

    @Override
    public Sensitive sensitive() {
        return virtualization.kernelCode();
    }

    @Override
    public int word(SplittableRandom from) {
        random = from;
        int word = words.next();
        return patched && from.nextInt(MISSED) > 0 ? TrapEncoding.encode(word) : word;
    }

    /** Of four callers one gets an answer, the others are sent to the hypervisor. */
    @Override
    public int[] callHandler() {
        int back = KernelWords.RETURN | ALWAYS | UserState.LR;
        return new int[] {
            0xe3100003, // tst r0, #3
            0x1a000000, // bne 1f
            patched ? TrapEncoding.encode(back) : back, // movs pc, lr
            KernelWords.SVC | ALWAYS | 6, // 1: svc #6
        };
    }

    private static final int ALWAYS = 0xe000_0000;

    @Override
    public void fill(SplittableRandom from, int[] r, boolean privileged, int vector) {
        for (int slot = UserState.SYSTEM; slot < UserState.SYSTEM_END; slot++) {
            r[slot] = from.nextInt();
        }
        closeAlternate(r);
        Mode mode = privileged ? MODES[from.nextInt(MODES.length)] : Mode.USR;
        r[SystemSlots.SPARE_MODE] = privileged && from.nextBoolean() ? mode.encoding() : 0;
        r[SystemSlots.SP_SPARE] = FuzzStates.pointer(from);
        r[SystemSlots.STATUS] = mode.encoding() | from.nextInt() & Psr.MASKS;
        r[SystemSlots.PENDING] = from.nextBoolean() ? 0 : from.nextInt() & (Psr.I | Psr.F);
        r[SystemSlots.EVENT] = from.nextInt(2);
        r[SystemSlots.SP_OTHER] = FuzzStates.pointer(from);
        r[SystemSlots.CALL_VECTOR] = vector == 0 || from.nextInt(4) == 0 ? SystemSlots.CLOSED : vector;
        if (from.nextInt(4) > 0) {
            Mode returned = privileged && from.nextBoolean() ? Mode.SVC : Mode.USR;
            r[SystemSlots.SPSR] = returned.encoding() | from.nextInt() & (Psr.NZCV | Psr.Q | Psr.GE);
        }
    }

    @Override
    public boolean isPrivileged(int[] r) {
        return (r[SystemSlots.STATUS] & Psr.M) != Mode.USR.encoding();
    }

    /** As if the interrupt had been taken and returned from. */
    @Override
    public void attend(int[] r) {
        r[SystemSlots.PENDING] = 0;
        closeAlternate(r);
    }

    /** There is none. */
    private static void closeAlternate(int[] r) {
        r[Cp15Slots.DACR_OTHER] = r[Cp15Slots.of(Cp15.DACR)];
        r[Cp15Slots.TTBCR_OTHER] = r[Cp15Slots.of(Cp15.TTBCR)];
    }

    private static final long CODE_BYTES = 4 << 20;
    private static final long TURN = 250_000;

    public static void main(String[] arguments) {
        long count = Long.parseLong(arguments[0]);
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime();
        boolean lockstep = arguments.length > 2 && arguments[2].equals("lockstep");
        System.out.println("seed " + seed);
        long from = System.nanoTime();
        List<BlockFuzz> fuzzes = new ArrayList<>();
        for (long each : new long[] {seed, seed ^ 1 ^ BlockFuzz.WIDE_EMITTED}) {
            for (Virtualization way : List.of(Virtualization.PATCHED, Virtualization.TRANSLATED)) {
                KernelFuzz kernel = new KernelFuzz(way);
                fuzzes.add(
                        lockstep
                                ? BlockFuzz.inLockstep(each, CODE_BYTES, kernel)
                                : new BlockFuzz(each, CODE_BYTES, kernel));
            }
        }
        for (long done = 0; done < count; ) {
            done = Math.min(count, done + fuzzes.size() * TURN);
            for (BlockFuzz fuzz : fuzzes) {
                fuzz.run((done + fuzzes.size() - 1) / fuzzes.size());
            }
            System.out.printf("%,d executions without a difference, %.0f s%n", done, (System.nanoTime() - from) / 1e9);
        }
        for (BlockFuzz fuzz : fuzzes) {
            System.out.println(fuzz.summary());
            System.out.println("missing: " + fuzz.missing());
        }
    }
}
