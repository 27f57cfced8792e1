package swivel.cpu;

import static swivel.cpu.X64Assembler.*;

import java.util.Arrays;
import swivel.memory.GuestMemory;

/** Emits what leaves a block: links to other blocks, indirect jumps, calls, returns, exits. Flags are in the frame before. */
final class Jumps {
    private final X64Assembler asm;
    private final Slots slots;
    private final Stubs stubs;
    private final Translation translation;

    private long origin;
    private int handle;
    private BlockCode code;

    /** Labels of the links' exits. */
    private int[] linkLabels = new int[16];
    // Exits for kicks: label and guest address.
    private int[] kickLabels = new int[16];
    private int[] kickTargets = new int[16];
    private int kicks;

    Jumps(X64Assembler asm, Slots slots, Stubs stubs, Translation translation) {
        this.asm = asm;
        this.slots = slots;
        this.stubs = stubs;
        this.translation = translation;
    }

    void begin(BlockCode newCode, long newOrigin, int newHandle) {
        code = newCode;
        origin = newOrigin;
        handle = newHandle;
        kicks = 0;
        translation.reset();
    }

    /** Displacement to a stub from the end of an instruction of {@code length} bytes that starts here. */
    private int to(long stub, int length) {
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

    private int newLink(int target, int kind) {
        int link = translation.addLink(target, kind);
        if (link == linkLabels.length) {
            linkLabels = Arrays.copyOf(linkLabels, 2 * link);
        }
        linkLabels[link] = asm.label();
        return link;
    }

    /** A jump, or a conditional one, or a call, that is patched to reach the target. */
    private void site(int link, int condition) {
        int kind = translation.kind(link);
        if (kind == Translation.CALL) {
            asm.call(linkLabels[link]);
        } else if (condition < 0) {
            asm.jmp(linkLabels[link]);
        } else {
            asm.jcc(condition, linkLabels[link]);
        }
        translation.setSite(link, asm.size() - 4);
    }

    /** Lets code go on to another page only while that is mapped as it was when the link was made. */
    private void guard(int link) {
        int target = translation.target(link);
        if (!code.isSamePage(target)) {
            asm.rm(MOV | WIDE, RAX, RBP, Frame.EXEC_MAP);
            asm.rm(COMPARE_IMMEDIATE, COMPARE_DIGIT, RAX, target >>> GuestMemory.PAGE_SHIFT << 2);
            asm.int32(0);
            translation.setGuard(link, asm.size() - 4);
            asm.jcc(NE, linkLabels[link]);
        }
    }

    private static final int COMPARE_IMMEDIATE = 0x81;
    private static final int COMPARE_DIGIT = 7;

    /** Whether a jump from the instruction of operation {@code i} may be what makes a loop. */
    boolean isBackward(int i, int target) {
        return Integer.compareUnsigned(target, code.pc(i)) <= 0;
    }

    /** Jumps to a guest address. */
    void jump(int i, int target) {
        if (isBackward(i, target)) {
            poll();
            if (code.isSamePage(target)) {
                int link = newLink(target, Translation.JUMP);
                site(link, A);
                asm.jmp(kick(target));
                return;
            }
            asm.jcc(BE, kick(target));
        }
        int link = newLink(target, Translation.JUMP);
        guard(link);
        site(link, -1);
    }

    /** Jumps forward within the page to a guest address if a host condition holds, keeping the host's flags. */
    void jumpIf(int condition, int target) {
        site(newLink(target, Translation.JUMP), condition);
    }

    /** Compares so that {@code BE} tells to leave. */
    private void poll() {
        asm.rm(CMP | WIDE, RSP, RBP, Frame.LIMIT);
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

    /** Calls a guest address; the link register holds the return address. */
    void call(int i, int target) {
        poll();
        asm.jcc(BE, kick(target));
        int link = newLink(target, Translation.CALL);
        guard(link);
        asm.push(Slots.pinned(UserState.LR));
        site(link, -1);
        returnPoint(i);
    }

    private void returnPoint(int i) {
        asm.rm(LEA | WIDE, RSP, RSP, 8);
        int link = newLink(code.pc(i) + 4, Translation.RETURN_POINT);
        guard(link);
        site(link, -1);
    }

    /** Jumps to the address in a slot. */
    void indirect(int i, int slot, int hint) {
        slots.take(RAX);
        slots.get(RAX, slot);
        if (hint == MicroOp.RETURN) {
            asm.rm(CMP, RAX, RSP, 8);
            jccStub(NE, stubs.returnMiss());
            asm.op(RET);
            return;
        }
        poll();
        jccStub(BE, stubs.indirect());
        asm.rr(MOV, RCX, RAX);
        asm.rm(MOV | WIDE, RDX, RBP, Frame.JUMP_CACHE);
        asm.ri(AND, RCX, JUMP_MASK);
        asm.rx(CMP, RAX, RDX, RCX, 2, 0);
        jccStub(NE, stubs.indirect());
        if (hint == MicroOp.CALL) {
            asm.push(Slots.pinned(UserState.LR));
            asm.x(CALL, RDX, RCX, 2, 8);
            returnPoint(i);
        } else {
            asm.x(JMP, RDX, RCX, 2, 8);
        }
    }

    /** Of a guest address: what indexes the jump cache, in units of a quarter of its entries of 16 bytes. */
    static final int JUMP_MASK = 0x3ffc;

    /** Traps; {@code i} is the index of the operation. */
    void trap(int i) {
        callStub(stubs.trap());
        asm.int32(handle);
        asm.int32(i);
    }

    /** Leaves because something waits for attention; goes on at a guest address. */
    void attention(int target) {
        asm.movi(RBP, Frame.slot(UserState.PC), target);
        jmpStub(stubs.attention());
    }

    /** Has an instruction executed by the interpreter; returns the offset of the int that is to hold where to resume. */
    int slow(int i) {
        callStub(stubs.slow());
        asm.int32(handle);
        asm.int32(code.instruction[i]);
        asm.int32(0);
        return asm.size() - 4;
    }

    /** Makes what {@link #slow} wrote resume at an offset. */
    void resume(int slow, int offset) {
        asm.put32(slow, offset - (slow + 4));
    }

    /** Emits what was put out of line. */
    void end() {
        for (int i = 0; i < translation.links; i++) {
            asm.bind(linkLabels[i]);
            callStub(stubs.link());
            translation.setStub(i, asm.size());
        }
        for (int i = 0; i < kicks; i++) {
            asm.bind(kickLabels[i]);
            asm.movi(RBP, Frame.slot(UserState.PC), kickTargets[i]);
            jmpStub(stubs.kick());
        }
    }
}
