package swivel.cpu.jit;

import static swivel.cpu.UserState.PC;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import swivel.arm.Psr;
import swivel.cpu.AddressSpace;
import swivel.cpu.DebugPoints;
import swivel.cpu.DevicePort;
import swivel.cpu.EngineDifference;
import swivel.cpu.FpRegisters;
import swivel.cpu.Intrinsics;
import swivel.cpu.Processor;
import swivel.cpu.Trap;
import swivel.cpu.UserState;
import swivel.cpu.interp.Interpreter;
import swivel.cpu.interp.StoreLog;
import swivel.cpu.ir.Location;
import swivel.cpu.ir.MicroOp;
import swivel.cpu.pages.CodeBlock;
import swivel.cpu.pages.MappedPages;
import swivel.cpu.pages.PageMaps;
import swivel.memory.GuestMemory;

/**
 * Runs emitted code and the interpreter side by side, block by block, and stops at the first difference. Memory,
 * address spaces and lifted blocks are shared, registers are two copies:
 *
 * <ol>
 *   <li>the interpreter runs the block; its stores are logged and undone, what it does at devices is done and noted
 *   ({@link DeviceReplay})
 *   <li>emitted code runs the block; at devices it gets the same answers once more
 *   <li>registers, trap, what was stored and what was done at devices are compared; flags, which emitted code may leave
 *   wrong between blocks where nothing can see them any more, at every trap </ol>
 *
 * <p>A store of emitted code to a place far from where the interpreter stored is not seen until somebody reads it.
 * Misses of the page maps are filled by the interpreter's turn. If that also drops pages that were mapped, or maps
 * others in their place, as it does where a guest changed its tables without telling the TLB, or if it changed the
 * block's own page, or if the block asks which pages are mapped, emitted code would read, and perhaps run, something
 * else: such a block is only interpreted.
 */
public final class Lockstep implements Processor {
    private static final Trap.Kick KICK = new Trap.Kick();

    private final GuestMemory memory;
    private final JitProcessor tested;
    private final Interpreter interpreter;
    private final MappedPages mappedPages;
    private final StoreLog log;
    private final UserState reference = new UserState();
    private DeviceReplay devices = new DeviceReplay(null);
    private volatile boolean kicked;
    /** Instructions that the interpreter executed for emitted code. */
    private long repeated;

    private int flagsDifferSince;
    private boolean flagsDiffer;

    public Lockstep(GuestMemory memory, JitProcessor tested) {
        this.memory = memory;
        this.tested = tested;
        this.interpreter = tested.interpreter();
        this.mappedPages = interpreter.core.mappedPages;
        tested.translateAtOnce();
        this.log = new StoreLog(memory);
    }

    @Override
    public Trap run(UserState state, AddressSpace first) {
        PageMaps space = (PageMaps) first;
        reference.copy(state);
        flagsDiffer = false;
        for (; ; ) {
            if (kicked) {
                kicked = false;
                state.copy(reference);
                return KICK;
            }
            if (!tested.isEmittable(state, space)) {
                return interpret(state, space);
            }
            CodeBlock block = tested.find(state, space);
            if (block == null) {
                state.copy(reference);
                return space.prefetchAbort(state.r[PC]);
            }
            long additions = mappedPages.additions;
            long changes = mappedPages.changes;
            long before = interpreter.instructions();
            Trap expected = interpretAndUndo(block, state, space);
            long behind = interpreter.instructions() - before;
            boolean repeatable = Location.isPlain(block.location)
                    && changes == mappedPages.changes
                    && !block.page.dropped
                    && (additions == mappedPages.additions || !block.contains(MicroOp.MAPPED));
            if (!repeatable) {
                log.redo();
                state.copy(reference);
            }
            Trap actual = expected;
            if (repeatable) {
                before = tested.instructions();
                actual = repeat(state, space);
                behind = follow(tested.instructions() - before - behind, expected, space);
            }
            String difference = behind != 0 && repeatable
                    ? "the number of instructions"
                    : difference(expected, actual, state, space);
            if (difference != null) {
                throw new EngineDifference(report(block, difference, expected, actual, state, space));
            }
            if (actual != null) {
                PageMaps next = Interpreter.switched(actual, space);
                if (next == null) {
                    return actual;
                }
                space = next;
            }
            noteFlags(state, block);
        }
    }

    @Override
    public void setDebugPoints(DebugPoints points) {
        tested.setDebugPoints(points);
    }

    private Trap interpret(UserState state, PageMaps space) {
        state.copy(reference);
        return interpreter.run(state, space);
    }

    private Trap interpretAndUndo(CodeBlock block, UserState state, PageMaps space) {
        log.clear();
        interpreter.setLog(log);
        devices.record(reference.r, state.r);
        Trap trap = interpreter.step(block, reference, space);
        devices.stop();
        interpreter.setLog(null);
        log.undo();
        return trap;
    }

    private Trap repeat(UserState state, PageMaps space) {
        long before = interpreter.instructions();
        devices.replay();
        Trap trap = tested.step(state, space);
        devices.stop();
        repeated += interpreter.instructions() - before;
        return trap;
    }

    /**
     * Emitted code goes on where a jump leads that its own jump leads to ({@link LookAhead#jumpAt}): has the
     * interpreter do the same. Returns how many instructions it is behind then.
     */
    private long follow(long more, Trap expected, PageMaps space) {
        long behind = more;
        while (behind > 0 && expected == null) {
            CodeBlock next = tested.find(reference, space);
            if (next == null || (next.code[0] & 0xff) != MicroOp.JMP || next.length > behind) {
                break;
            }
            Trap _ = interpreter.step(next, reference, space);
            behind -= next.length;
        }
        return behind;
    }

    private void noteFlags(UserState state, CodeBlock block) {
        if (state.userPsr() == reference.userPsr()) {
            flagsDiffer = false;
        } else if (!flagsDiffer) {
            flagsDiffer = true;
            flagsDifferSince = block.pc;
        }
    }

    /** What differs, or null. */
    private String difference(Trap expected, Trap actual, UserState state, PageMaps space) {
        String atDevices = devices.difference();
        if (atDevices != null) { // behind it everything may differ
            return atDevices;
        }
        PageMaps next = Interpreter.switched(expected, space);
        if (!Objects.equals(expected, actual) || next != Interpreter.switched(actual, space)) {
            return "the end of the block";
        }
        for (int n = 0; n < UserState.SLOTS; n++) {
            boolean flag = n >= UserState.N && n <= UserState.V;
            boolean temporary = UserState.isTemporary(n);
            if (!flag && !temporary && state.r[n] != reference.r[n]) {
                return n <= UserState.PC ? "r" + n : "slot " + n;
            }
        }
        if (!Arrays.equals(state.fp.words(), reference.fp.words())) {
            return "the floating-point registers";
        }
        int compared = actual != null && next == null ? ~0 : ~Psr.NZCV;
        if (((state.userPsr() ^ reference.userPsr()) & compared) != 0) {
            return "the status register";
        }
        long offset = log.difference();
        return offset < 0 ? null : "memory at guest-physical 0x" + Long.toHexString(memory.address(offset));
    }

    private String report(
            CodeBlock block, String difference, Trap expected, Trap actual, UserState state, PageMaps space) {
        StringBuilder text = new StringBuilder();
        text.append("engines differ in %s after the block at 0x%08x:%n".formatted(difference, block.pc));
        long address = space.fetchAddress(block.pc);
        for (int i = 0; i < block.length && address >= 0; i++) {
            int word = GuestCode.word(block, memory, address, i);
            int pc = block.pc + block.offsetOf(i);
            text.append("  %08x  %08x  %s%n"
                    .formatted(pc, word, GuestCode.set(block).disassemble(word, pc)));
        }
        text.append("%-8s %-10s %-10s%n".formatted("", "expected", "actual"));
        for (int n = 0; n < UserState.SLOTS; n++) {
            if (n <= PC || state.r[n] != reference.r[n]) {
                String name = n <= PC ? "r" + n : "slot " + n;
                String mark = state.r[n] == reference.r[n] ? "" : "  <";
                text.append("%-8s 0x%08x 0x%08x%s%n".formatted(name, reference.r[n], state.r[n], mark));
            }
        }
        int[] expectedFp = reference.fp.words();
        int[] actualFp = state.fp.words();
        for (int n = 0; n < FpRegisters.WORDS; n++) {
            if (actualFp[n] != expectedFp[n]) {
                String name = n < FpRegisters.REGISTERS ? "s" + n : n == FpRegisters.FPSCR ? "fpscr" : "fp " + n;
                text.append("%-8s 0x%08x 0x%08x  <%n".formatted(name, expectedFp[n], actualFp[n]));
            }
        }
        text.append("%-8s 0x%08x 0x%08x%n".formatted("status", reference.userPsr(), state.userPsr()));
        text.append("%-8s %s; %s%n".formatted("ended by", end(expected), end(actual)));
        if (flagsDiffer) {
            text.append("flags differ since the block at 0x%08x%n".formatted(flagsDifferSince));
        }
        return text.toString();
    }

    private static String end(Trap trap) {
        return trap == null ? "a jump" : trap.toString();
    }

    @Override
    public void setDevicePort(DevicePort port) {
        devices = new DeviceReplay(port);
        tested.setDevicePort(devices);
    }

    @Override
    public Processor newCore() {
        throw new UnsupportedOperationException("lockstep compares the engines on a machine of one core");
    }

    @Override
    public void halt() {}

    @Override
    public void kick() {
        kicked = true;
        interpreter.kick();
    }

    @Override
    public long instructions() {
        return interpreter.instructions() - repeated;
    }

    @Override
    public PageMaps newAddressSpace(AddressSpace.Filler filler, AddressSpace.Sensitive sensitive) {
        return tested.newAddressSpace(filler, sensitive);
    }

    @Override
    public void setIntrinsics(Intrinsics intrinsics) {
        tested.setIntrinsics(intrinsics);
    }

    @Override
    public SensitiveCount sensitiveCount() {
        return tested.sensitiveCount();
    }

    @Override
    public Map<String, Long> calledOut() {
        return tested.calledOut();
    }

    @Override
    public CacheUse caches() {
        return tested.caches();
    }

    @Override
    public void close() {
        tested.close();
    }
}
