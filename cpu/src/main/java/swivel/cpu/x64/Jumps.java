package swivel.cpu.x64;

import static swivel.cpu.x64.X64Assembler.*;

import java.util.Arrays;
import swivel.cpu.UserState;
import swivel.cpu.ir.Location;
import swivel.cpu.ir.MicroOp;
import swivel.cpu.jit.BlockCode;
import swivel.cpu.jit.Exit;
import swivel.cpu.jit.Frame;
import swivel.cpu.jit.JumpCache;
import swivel.cpu.jit.Translation;
import swivel.cpu.pages.EntryFormat;
import swivel.cpu.pages.PageMaps;
import swivel.memory.GuestMemory;

/**
 * Emits what leaves a block: links to other blocks, indirect jumps, calls, returns, exits. Flags are in the frame
 * before.
 */
final class Jumps {
    private final X64Assembler asm;
    private final Slots slots;
    private final Stubs stubs;
    private final Translation translation;

    private long origin;
    private int id;
    private BlockCode code;

    // Links: label of the exit, and what the translation will hold. Targets are places (Location).
    private int[] linkLabels = new int[16];
    private int[] linkTargets = new int[16];
    private int[] linkSites = new int[16];
    private int[] linkGuards = new int[16];
    private int links;

    // Exits for kicks: label and place.
    private int[] kickLabels = new int[16];
    private int[] kickTargets = new int[16];
    private int kicks;

    /**
     * Whether other cores may run what is patched: then it is four bytes at a multiple of four, which the host changes
     * at once.
     */
    private final boolean alignsPatches;

    Jumps(X64Assembler asm, Slots slots, Stubs stubs, Translation translation, boolean severalCores) {
        this.alignsPatches = severalCores;
        this.asm = asm;
        this.slots = slots;
        this.stubs = stubs;
        this.translation = translation;
    }

    void begin(BlockCode newCode, long newOrigin, int newId) {
        code = newCode;
        origin = newOrigin;
        id = newId;
        kicks = 0;
        links = 0;
        translation.reset();
    }

    /** Displacement to a stub from the end of an instruction of {@code length} bytes that starts here. */
    private int to(long stub, int length) {
        translation.addRelative(asm.size() + length - 4);
        return (int) (stub - (origin + asm.size() + length));
    }

    void jmpStub(long stub) {
        asm.jmp32(to(stub, 5));
    }

    void jccStub(int condition, long stub) {
        asm.jcc32(condition, to(stub, 6));
    }

    void callStub(long stub) {
        asm.call32(to(stub, 5));
    }

    /** {@link Stubs#clock}. */
    void callClock() {
        callStub(stubs.clock);
    }

    /** {@code reg} and one of {@link Constants}; for instructions without an immediate. */
    void constant(int op, int reg, int constant) {
        int at = asm.rip(op, reg);
        translation.addRelative(at);
        asm.put32(at, (int) (stubs.constants + constant - (origin + asm.size())));
    }

    private int newLink(int target) {
        if (links == linkLabels.length) {
            linkLabels = Arrays.copyOf(linkLabels, 2 * links);
            linkTargets = Arrays.copyOf(linkTargets, 2 * links);
            linkSites = Arrays.copyOf(linkSites, 2 * links);
            linkGuards = Arrays.copyOf(linkGuards, 2 * links);
        }
        linkLabels[links] = asm.label();
        linkTargets[links] = target;
        linkGuards[links] = -1;
        return links++;
    }

    /** Before an instruction that has what will be patched behind so many bytes. */
    private void alignPatch(int bytesBefore) {
        if (alignsPatches) {
            asm.align4(bytesBefore);
        }
    }

    private void linkedJump(int link) {
        alignPatch(1);
        asm.jmp(linkLabels[link]);
        linkSites[link] = asm.size() - 4;
    }

    /** Lets code go on to another page only while that is mapped as it was when the link was made. */
    private void guard(int link) {
        int target = linkTargets[link];
        if (!code.isSamePage(target)) {
            asm.rm(MOV | WIDE, RAX, RBP, Frame.EXECUTE_MAP);
            int entry = executeEntry(target);
            alignPatch(1 + operandBytes(entry));
            asm.rm(COMPARE_IMMEDIATE, COMPARE_DIGIT, RAX, entry);
            asm.int32(Translation.NO_GUARD);
            linkGuards[link] = asm.size() - 4;
            asm.jcc(NE, linkLabels[link]);
        }
    }

    /**
     * At the start of a block whose instruction goes on in the next page: leaves unless what is executed there now
     * begins with the half that the block was made of. What the page holds is read each time, so nobody has to tell the
     * block when it changes.
     */
    void checkSecondHalf(long location) {
        int other = asm.label();
        int same = asm.label();
        asm.rm(MOV | WIDE, RCX, RBP, Frame.EXECUTE_MAP);
        asm.rm(MOV, RCX, RCX, executeEntry(Location.pc(location) + 2));
        asm.rr(TEST, RCX, RCX);
        asm.jccShort(E, other);
        asm.shift(SHL | WIDE, RCX, GuestMemory.PAGE_SHIFT - 1);
        if (stubs.ram.format() == EntryFormat.WIDE) { // holes: GuestMemory.offsetOf
            asm.rr(MOV | WIDE, RDX, RCX);
            asm.shift(SHR | WIDE, RDX, GuestMemory.CHUNK_SHIFT);
            asm.shift(SHL | WIDE, RDX, GuestMemory.CHUNK_SHIFT);
            asm.rr(ADD | WIDE, RCX, RDX);
        }
        int executable = PageMaps.EXECUTABLE << GuestMemory.PAGE_SHIFT - 1;
        asm.rx(MOVZX16, RDX, RBP, RCX, 0, stubs.ram.displacement() - executable);
        asm.ri(CMP, RDX, Location.secondHalf(location));
        asm.jccShort(E, same);
        asm.bind(other);
        asm.movi(RAX, Location.place(location));
        jmpStub(stubs.elsewhere);
        asm.bind(same);
    }

    /** Offset of a page's execute entry in its table. */
    private static int executeEntry(int va) {
        return va >>> GuestMemory.PAGE_SHIFT << 2;
    }

    private static final int COMPARE_IMMEDIATE = 0x81;
    private static final int COMPARE_DIGIT = 7;

    /** Whether a jump from the instruction of operation {@code i} may be what makes a loop. */
    boolean isBackward(int i, int target) {
        return Integer.compareUnsigned(target & ~1, code.pc(i)) <= 0;
    }

    /** Jumps to a place, as operation {@code i} does. */
    void jump(int i, int target) {
        count(i);
        boolean polls = isBackward(i, target);
        if (polls) {
            poll();
        }
        if (polls && code.isSamePage(target)) {
            int link = newLink(target);
            alignPatch(2);
            asm.jcc(AE, linkLabels[link]);
            linkSites[link] = asm.size() - 4;
            asm.jmp(kick(target));
            return;
        }
        if (polls) {
            asm.jcc(B, kick(target));
        }
        int link = newLink(target);
        guard(link);
        linkedJump(link);
    }

    /**
     * Counts the instructions of the block up to that of operation {@code i}, and what follows that. Changes the host's
     * flags.
     */
    void count(int i) {
        addToCount(code.instruction[i] + 1 + code.followed[i]);
    }

    /** Counts the instructions of the block before that of operation {@code i}. Changes the host's flags. */
    void countBefore(int i) {
        addToCount(code.instruction[i]);
    }

    private void addToCount(int instructions) {
        if (instructions != 0) {
            asm.mi(ADD | WIDE, RBP, Frame.COUNT, instructions);
        }
    }

    /** Compares so that {@code B} tells to leave. */
    private void poll() {
        asm.rm(CMP | P66, RSP, RBP, Frame.LIMIT);
    }

    private int kick(int target) {
        if (kicks == kickLabels.length) {
            kickLabels = Arrays.copyOf(kickLabels, 2 * kicks);
            kickTargets = Arrays.copyOf(kickTargets, 2 * kicks);
        }
        kickTargets[kicks] = target;
        kickLabels[kicks] = asm.label();
        return kickLabels[kicks++];
    }

    /** Calls a place, as operation {@code i} does; the link register holds the return address. */
    void call(int i, int target) {
        count(i);
        poll();
        asm.jcc(B, kick(target));
        int link = newLink(target);
        guard(link);
        asm.push(Slots.pinned(UserState.LR));
        alignPatch(1);
        asm.call(linkLabels[link]);
        linkSites[link] = asm.size() - 4;
        returnPoint(i);
    }

    private void returnPoint(int i) {
        asm.rm(LEA | WIDE, RSP, RSP, 8);
        int link = newLink(code.placeBehind(i));
        guard(link);
        linkedJump(link);
    }

    /** Jumps to the place in a slot, as operation {@code i} does. */
    void indirect(int i, int slot, int hint) {
        slots.takeWith(RAX, slot);
        count(i);
        if (hint == MicroOp.RETURN) {
            asm.rm(CMP, RAX, RSP, 8);
            jccStub(NE, stubs.returnMiss);
            asm.op(RET);
            return;
        }
        poll();
        jccStub(B, stubs.kick);
        asm.rm(MOV | WIDE, RDX, RBP, Frame.JUMP_CACHE);
        asm.rr(MOV, RCX, RAX);
        asm.ri(AND, RCX, JumpCache.INDEX_MASK);
        asm.rx(CMP, RAX, RDX, RCX, JumpCache.INDEX_SHIFT, 0);
        jccStub(NE, stubs.indirect);
        if (hint == MicroOp.CALL) {
            asm.push(Slots.pinned(UserState.LR));
            asm.x(CALL, RDX, RCX, JumpCache.INDEX_SHIFT, JumpCache.TARGET);
            returnPoint(i);
        } else {
            asm.x(JMP, RDX, RCX, JumpCache.INDEX_SHIFT, JumpCache.TARGET);
        }
    }

    /** Jumps to the place in a slot in another space, as operation {@code i} does. */
    void switchSpace(int i, int slot, int which) {
        slots.takeWith(RAX, slot);
        count(i);
        jmpStub(which == MicroOp.PEER ? stubs.toPeer : stubs.toAlternate);
    }

    /** Leaves with the trap of operation {@code i}, for the attention that it found necessary, or into an IT block. */
    void trap(int i) {
        callStub(stubs.trap);
        id();
        asm.int32(i);
    }

    /**
     * Has the instruction of operation {@code i} executed by the interpreter; returns the offset of the int that says
     * where to resume.
     */
    int slow(int i) {
        return slow(i, Flags.STORE_NONE);
    }

    /** As {@link #slow(int)}, storing some of the host's flags first ({@link Flags#saveAtExit}). */
    int slow(int i, int store) {
        callStub(stubs.slow[store]);
        return slowInts(i);
    }

    /** Goes to an offset before here if nothing but an access's alignment is in the way, else on. */
    void unlessUnaligned(int address, int free, int size, int back) {
        callStub(stubs.unalignedOrBehind(address, free, size));
        asm.jmp32(back - (asm.size() + Stubs.JUMP_BYTES));
    }

    /**
     * As {@link #slow(int)}, but goes to an offset before here instead if nothing but the access's alignment is in the
     * way ({@link Stubs#unaligned}).
     */
    int slowUnlessUnaligned(int i, int address, int free, int size, int back) {
        callStub(stubs.unaligned(address, free, size));
        asm.jmp32(back - (asm.size() + Stubs.JUMP_BYTES));
        return slowInts(i);
    }

    private void id() {
        translation.addId(asm.size());
        asm.int32(id);
    }

    private int slowInts(int i) {
        id();
        asm.int32(i);
        asm.int32(Exit.NO_RESUME);
        return asm.size() - 4;
    }

    /** Makes what {@link #slow} wrote resume at an offset. */
    void resume(int slow, int offset) {
        asm.put32(slow, offset);
    }

    /** Emits what was put out of line. */
    void end() {
        for (int i = 0; i < links; i++) {
            asm.bind(linkLabels[i]);
            translation.addLink(linkTargets[i], linkSites[i], asm.size(), linkGuards[i]);
            callStub(stubs.link);
            id();
            asm.int32(i);
        }
        for (int i = 0; i < kicks; i++) {
            asm.bind(kickLabels[i]);
            asm.movi(RAX, kickTargets[i]);
            jmpStub(code.isSamePage(kickTargets[i]) ? stubs.kickAtJump : stubs.kick);
        }
    }
}
