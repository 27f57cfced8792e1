package swivel.cpu.x64;

import static swivel.cpu.x64.X64Assembler.*;

import swivel.arm.Fpscr;
import swivel.cpu.FpRegisters;
import swivel.cpu.jit.CodeMemory;
import swivel.cpu.jit.EmittedSpace;
import swivel.cpu.jit.Exit;
import swivel.cpu.jit.Frame;
import swivel.cpu.jit.JumpCache;
import swivel.cpu.jit.Ram;
import swivel.cpu.jit.ReturnStack;
import swivel.memory.GuestMemory;

/**
 * The code between Java and translations: how they are entered and left. Emitted once, at the start of the code memory.
 *
 * <p>In translations RBP is the {@link Frame}, RSP the {@link ReturnStack}, {@link #HOST_REGISTERS} hold guest
 * registers, RAX, RCX and RDX are scratch. A translation leaves by a jump to a stub with a place in EAX, or by a call
 * of one with ints behind it in the code, which the engine reads.
 */
final class Stubs {
    /** Host register of each of r0 to r15; -1: only in the frame. */
    static final int[] HOST_REGISTERS = {RBX, RSI, RDI, R8, R9, R10, R11, R12, -1, -1, -1, -1, R15, R13, R14, -1};

    private static final int[] CALLEE_SAVED = {RBX, RBP, R12, R13, R14, R15};

    /** {@code long enter(long frame, long code)}, for a downcall. */
    final long enter;

    /** Jump, EAX = place: looks into the {@link JumpCache}, then to Java. Asks for kicks first. */
    final long indirect;

    /** Jump, EAX = place: to Java, which finds what is there now, without a look into the {@link JumpCache}. */
    final long elsewhere;

    /** Jump, EAX = place: goes on there as {@link #indirect}, in the peer of the current space, which there must be. */
    final long toPeer;

    /** The same in its alternate. */
    final long toAlternate;

    /**
     * Jump, EAX = place: a return that was not predicted. Empties the return stack and goes on as {@link #indirect}.
     */
    final long returnMiss;

    /** Jump, EAX = place: where a comparison of RSP with {@link Frame#LIMIT} found RSP below it. */
    final long kick;

    /**
     * As {@link #kick}, where only those of N, Z, C and V are in the frame that are live at the address, which is in
     * the page that runs.
     */
    final long kickAtJump;

    /** Call; behind it the ints of {@link Exit#LINK}. */
    final long link;

    /** Call; behind it the ints of {@link Exit#TRAP}. */
    final long trap;

    /**
     * Call; behind it the ints of {@link Exit#SLOW}. By what of the host's flags is stored first
     * ({@link Flags#emitStore}).
     */
    final long[] slow = new long[Flags.STORES];

    /**
     * Call; returns with every register as it was. Makes the host compute as FPSCR says, if it can, which {@code NE}
     * tells: {@link Frame#FLOAT}.
     */
    final long floatEnter;

    /**
     * Call; returns with every register as it was. Makes the host compute for vectors, with no flags: those that it
     * kept go to FPSCR. If that has inexact then, it is {@link Frame#FLOAT_VECTORS}; else who computes comes here each
     * time.
     */
    final long vectorEnter;

    /**
     * Call; returns with every register as it was. Drops flags that the host has kept to itself, while it rounds to
     * nearest.
     */
    final long floatDrop;

    /** Call; returns with every register as it was. Adds flags to FPSCR that the host has kept to itself. */
    final long floatFlags;

    /**
     * Call; returns with every register as it was. The host does not compute for the guest any more; its flags are
     * lost.
     */
    final long floatLeave;

    /**
     * Call, where RSP is a multiple of 16; returns with the machine's time in EDX:EAX. Changes RCX, the flags, and
     * every XMM register.
     */
    final long clock;

    /** {@link Constants}. */
    final long constants;

    /** Where guest RAM is. */
    final Ram ram;

    private static final int SCRATCH = 3; // RAX, RCX, RDX are 0, 1, 2
    /** Of accesses that may be unaligned: 2, 4 and 8 bytes. */
    private static final int SIZES = 3;

    private final long[] unaligned = new long[SIZES * SCRATCH * SCRATCH];
    private final long[] unalignedOrBehind = new long[SIZES * SCRATCH * SCRATCH];

    /** @param ram {@link Frame#ram} of the processor */
    Stubs(CodeMemory memory, Ram ram) {
        this.ram = ram;
        constants = Constants.append(memory);
        X64Assembler a = new X64Assembler();
        long origin = memory.next();

        enter = origin;
        for (int register : CALLEE_SAVED) {
            a.push(register);
        }
        a.rr(MOV | WIDE, RBP, RDI);
        a.rr(MOV | WIDE, RAX, RSI);
        a.rm((MOV ^ STORE) | WIDE, RSP, RBP, Frame.HOST_SP);
        a.rm(MOV | WIDE, RSP, RBP, Frame.SPACE);
        a.rm(MOV | WIDE, RSP, RSP, EmittedSpace.RETURN_SP);
        for (int n = 0; n < HOST_REGISTERS.length; n++) {
            if (HOST_REGISTERS[n] >= 0) {
                a.rm(MOV, HOST_REGISTERS[n], RBP, Frame.slot(n));
            }
        }
        a.r(JMP, RAX);

        floatFlags = origin + a.size();
        int floatFlagsLabel = a.label();
        a.bind(floatFlagsLabel);
        emitFloatFlags(a);
        floatEnter = origin + a.size();
        emitFloatEnter(a, floatFlagsLabel);
        vectorEnter = origin + a.size();
        emitVectorEnter(a, floatFlagsLabel);
        floatDrop = origin + a.size();
        loadDefault(a, origin);
        a.op(RET);
        floatLeave = origin + a.size();
        int floatLeaveLabel = a.label();
        a.bind(floatLeaveLabel);
        loadDefault(a, origin);
        a.movi(RBP, Frame.FLOAT, 0);
        a.op(RET);
        clock = origin + a.size();
        emitClock(a);

        int floated = a.label(); // on the way to leave, RAX = result
        a.bind(floated);
        a.call(floatFlagsLabel);
        a.call(floatLeaveLabel);

        int leave = a.label(); // RAX = result
        a.bind(leave);
        a.mi(CMP, RBP, Frame.FLOAT, 0);
        a.jcc(NE, floated);
        for (int n = 0; n < HOST_REGISTERS.length; n++) {
            if (HOST_REGISTERS[n] >= 0) {
                a.rm(MOV ^ STORE, HOST_REGISTERS[n], RBP, Frame.slot(n));
            }
        }
        a.rm(MOV | WIDE, RCX, RBP, Frame.SPACE);
        a.rm((MOV ^ STORE) | WIDE, RSP, RCX, EmittedSpace.RETURN_SP);
        a.rm(MOV | WIDE, RSP, RBP, Frame.HOST_SP);
        for (int i = CALLEE_SAVED.length - 1; i >= 0; i--) {
            a.pop(CALLEE_SAVED[i]);
        }
        a.op(RET);

        kick = origin + a.size();
        a.rm(MOV ^ STORE, RAX, RBP, Frame.PC);
        a.movi(RAX, Exit.KICK);
        a.jmp(leave);

        kickAtJump = origin + a.size();
        a.rm(MOV ^ STORE, RAX, RBP, Frame.PC);
        a.movi(RAX, Exit.KICK_AT_JUMP);
        a.jmp(leave);

        int kicked = a.label();
        int indirectLabel = a.label();
        toPeer = origin + a.size();
        emitSwitch(a, EmittedSpace.PEER);
        a.jmp(indirectLabel);
        toAlternate = origin + a.size();
        emitSwitch(a, EmittedSpace.ALTERNATE);
        a.jmp(indirectLabel);
        returnMiss = origin + a.size();
        a.rm(MOV | WIDE, RSP, RBP, Frame.RETURN_TOP);
        indirect = origin + a.size();
        a.bind(indirectLabel);
        a.rm(CMP | P66, RSP, RBP, Frame.LIMIT);
        a.jcc(B, kicked);
        int miss = a.label();
        emitLookup(a, miss);
        a.bind(miss);
        elsewhere = origin + a.size();
        a.rm(MOV ^ STORE, RAX, RBP, Frame.PC);
        a.movi(RAX, Exit.INDIRECT);
        a.jmp(leave);
        a.bind(kicked);
        a.rm(MOV ^ STORE, RAX, RBP, Frame.PC);
        a.movi(RAX, Exit.KICK);
        a.jmp(leave);

        link = origin + a.size();
        withInts(a, Exit.LINK, leave);
        trap = origin + a.size();
        withInts(a, Exit.TRAP, leave);
        int slowLabel = a.label();
        for (int how = Flags.STORES - 1; how > Flags.STORE_NONE; how--) {
            slow[how] = origin + a.size();
            Flags.emitStore(a, how);
            a.jmp(slowLabel);
        }
        slow[Flags.STORE_NONE] = origin + a.size();
        a.bind(slowLabel);
        withInts(a, Exit.SLOW, leave);
        for (int address = 0; address < SCRATCH; address++) {
            for (int free = 0; free < SCRATCH; free++) {
                for (int size = 2; free != address && size <= 8; size *= 2) {
                    unaligned[unalignedIndex(address, free, size)] = origin + a.size();
                    emitUnaligned(a, address, free, size, slowLabel);
                    unalignedOrBehind[unalignedIndex(address, free, size)] = origin + a.size();
                    emitUnaligned(a, address, free, size, -1);
                }
            }
        }

        memory.append(a.bytes(), a.size());
    }

    private void loadDefault(X64Assembler a, long origin) {
        int at = a.rip(LDMXCSR, 0);
        a.put32(at, (int) (constants + Constants.MXCSR - (origin + a.size())));
    }

    /** Guest registers that a callee of the host need not keep (System V ABI for AMD64, 3.2.1). */
    private static final int[] CALLER_SAVED = {RSI, RDI, R8, R9, R10, R11};

    private static final int CLOCK_MONOTONIC = 1;
    private static final int NANOSECONDS = 1_000_000_000;

    /** Room for a {@code struct timespec}, and for RSP to be a multiple of 16 at the call. */
    private static final int TIMESPEC_BYTES = 16 + 8;

    private static void emitClock(X64Assembler a) {
        for (int register : CALLER_SAVED) {
            a.push(register);
        }
        a.rm(LEA | WIDE, RSP, RSP, -TIMESPEC_BYTES);
        a.movi(RDI, CLOCK_MONOTONIC);
        a.rr(MOV | WIDE, RSI, RSP);
        a.m(CALL, RBP, Frame.CLOCK);
        a.rm(MOV | WIDE, RDX, RSP, 0);
        a.movi(RAX, NANOSECONDS);
        a.rr(IMUL | WIDE, RAX, RDX);
        a.rm(X64Assembler.ADD | WIDE, RAX, RSP, 8);
        a.rm(X64Assembler.ADD | WIDE, RAX, RBP, Frame.AHEAD);
        a.rm(LEA | WIDE, RSP, RSP, TIMESPEC_BYTES);
        for (int n = CALLER_SAVED.length - 1; n >= 0; n--) {
            a.pop(CALLER_SAVED[n]);
        }
        a.rr(MOV | WIDE, RDX, RAX);
        a.shift(SHR | WIDE, RDX, 32);
        a.rr(MOV, RAX, RAX);
        a.op(RET);
    }

    /**
     * Denormal numbers that are flushed to zero are left to the interpreter. Rounding has two bits, in the other order.
     */
    private static void emitFloatEnter(X64Assembler a, int flags) {
        int fpscr = XmmCache.place(FpRegisters.FPSCR);
        int done = a.label();
        int load = a.label();
        a.testi(RBP, fpscr, Fpscr.FZ);
        a.jccShort(NE, done);
        a.call(flags);
        a.movi(RBP, Frame.FLOAT_STATUS, Constants.MXCSR_DEFAULT);
        a.movi(RBP, Frame.FLOAT, Frame.FLOAT_FLAGS | Frame.FLOAT_SCALARS | Frame.FLOAT_NEAREST);
        a.testi(RBP, fpscr, Fpscr.RMODE);
        a.jccShort(E, load);
        a.movi(RBP, Frame.FLOAT, Frame.FLOAT_FLAGS | Frame.FLOAT_SCALARS);
        int notUp = a.label();
        a.testi(RBP, fpscr, Fpscr.ROUND_UP);
        a.jccShort(E, notUp);
        a.mi(OR, RBP, Frame.FLOAT_STATUS, MXCSR_UP);
        a.bind(notUp);
        a.testi(RBP, fpscr, Fpscr.ROUND_DOWN);
        a.jccShort(E, load);
        a.mi(OR, RBP, Frame.FLOAT_STATUS, MXCSR_DOWN);
        a.bind(load);
        a.m(LDMXCSR, RBP, Frame.FLOAT_STATUS);
        a.bind(done);
        a.testi8(RBP, Frame.FLOAT, Frame.FLOAT_SCALARS);
        a.op(RET);
    }

    private static void emitVectorEnter(X64Assembler a, int flags) {
        int fpscr = XmmCache.place(FpRegisters.FPSCR);
        int notScalars = a.label();
        int exact = a.label();
        a.call(flags);
        a.movi(RBP, Frame.FLOAT, Frame.FLOAT_FLAGS | Frame.FLOAT_NEAREST);
        a.testi(RBP, fpscr, Fpscr.RMODE | Fpscr.FZ);
        a.jccShort(NE, notScalars);
        a.mi(OR, RBP, Frame.FLOAT, Frame.FLOAT_SCALARS);
        a.bind(notScalars);
        a.testi(RBP, fpscr, Fpscr.INEXACT);
        a.jccShort(E, exact);
        a.mi(OR, RBP, Frame.FLOAT, Frame.FLOAT_VECTORS);
        a.bind(exact);
    }

    // Rounding in MXCSR (Intel SDM vol. 1, 10.2.3); both: towards zero.
    private static final int MXCSR_DOWN = 1 << 13;
    private static final int MXCSR_UP = 2 << 13;

    /** IE, DE, ZE, OE, UE, PE of MXCSR are IOC, nothing, DZC, OFC, UFC, IXC. */
    private static void emitFloatFlags(X64Assembler a) {
        int none = a.label();
        a.mi(CMP, RBP, Frame.FLOAT, 0);
        a.jccShort(E, none);
        a.rm((MOV ^ STORE) | WIDE, RCX, RBP, Frame.FLOAT_SAVED);
        a.rm((MOV ^ STORE) | WIDE, RDX, RBP, Frame.FLOAT_SAVED + 8);
        a.m(STMXCSR, RBP, Frame.FLOAT_STATUS);
        a.rm(MOV, RCX, RBP, Frame.FLOAT_STATUS);
        a.rr(MOV, RDX, RCX);
        a.ri(AND, RDX, Fpscr.INVALID);
        a.shift(SHR, RCX, 1);
        a.ri(AND, RCX, Fpscr.DIVIDE_BY_ZERO | Fpscr.OVERFLOW | Fpscr.UNDERFLOW | Fpscr.INEXACT);
        a.rr(OR, RCX, RDX);
        a.rm(OR ^ STORE, RCX, RBP, XmmCache.place(FpRegisters.FPSCR));
        a.rm(MOV | WIDE, RCX, RBP, Frame.FLOAT_SAVED);
        a.rm(MOV | WIDE, RDX, RBP, Frame.FLOAT_SAVED + 8);
        a.bind(none);
        a.op(RET);
    }

    /** Makes the space that a field of the current one's record names the current one. */
    private static void emitSwitch(X64Assembler a, int field) {
        a.rm(MOV | WIDE, RDX, RBP, Frame.SPACE);
        a.rm((MOV ^ STORE) | WIDE, RSP, RDX, EmittedSpace.RETURN_SP);
        a.rm(MOV | WIDE, RDX, RDX, field);
        a.rm((MOV ^ STORE) | WIDE, RDX, RBP, Frame.SPACE);
        a.rm(MOV | WIDE, RSP, RDX, EmittedSpace.RETURN_SP);
        for (int[] copied : EmittedSpace.COPIED) {
            a.rm(MOV | WIDE, RCX, RDX, copied[0]);
            a.rm((MOV ^ STORE) | WIDE, RCX, RBP, copied[1]);
        }
    }

    private static int unalignedIndex(int address, int free, int size) {
        return SIZES * (SCRATCH * address + free) + (size >> 2);
    }

    /** Bytes of a jump behind a call of {@link #unaligned}. */
    static final int JUMP_BYTES = 5;

    /**
     * Call; behind it a jump of {@link #JUMP_BYTES}, then what a call of {@link #slow} has behind it. Takes the jump if
     * an access of {@code size} bytes at the offset in RAM that the scratch register {@code address} holds is not a
     * miss and stays in its page, so that only its alignment was in the way. Changes the scratch register {@code free}.
     */
    long unaligned(int address, int free, int size) {
        return unaligned[unalignedIndex(address, free, size)];
    }

    /**
     * As {@link #unaligned}, where there is something to do before the call of {@link #slow}: it returns behind the
     * jump.
     */
    long unalignedOrBehind(int address, int free, int size) {
        return unalignedOrBehind[unalignedIndex(address, free, size)];
    }

    /** @param slow the label of {@link #slow}, or -1 to return behind the jump */
    private static void emitUnaligned(X64Assembler a, int address, int free, int size, int slow) {
        int miss = a.label();
        a.rr(TEST, address, address);
        a.jccShort(S, miss);
        a.rm(LEA, free, address, size - 1);
        a.rr(XOR, free, address);
        a.testi(free, GuestMemory.PAGE_SIZE);
        a.jccShort(NE, miss);
        a.op(RET);
        a.bind(miss);
        a.mi(ADD | WIDE, RSP, 0, JUMP_BYTES);
        if (slow < 0) {
            a.op(RET);
        } else {
            a.jmp(slow);
        }
    }

    /** Jumps to the translation at place EAX; if the jump cache does not know it, to a label. Changes RCX and RDX. */
    static void emitLookup(X64Assembler a, int miss) {
        a.rm(MOV | WIDE, RDX, RBP, Frame.JUMP_CACHE);
        a.rr(MOV, RCX, RAX);
        a.ri(AND, RCX, JumpCache.INDEX_MASK);
        a.shift(SHL, RCX, JumpCache.INDEX_SHIFT);
        a.rx(CMP, RAX, RDX, RCX, 0, 0);
        a.jcc(NE, miss);
        a.x(JMP, RDX, RCX, 0, JumpCache.TARGET);
    }

    private static void withInts(X64Assembler a, int reason, int leave) {
        a.pop(RAX);
        a.shift(SHL | WIDE, RAX, Exit.REASON_BITS);
        a.ri(OR | WIDE, RAX, reason);
        a.jmp(leave);
    }
}
