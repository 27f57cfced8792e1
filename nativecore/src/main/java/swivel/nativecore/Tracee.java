package swivel.nativecore;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import swivel.arm.Mode;
import swivel.cpu.HostFailure;
import swivel.cpu.UserState;
import swivel.memory.HostCalls;
import swivel.memory.HostMemory;

/**
 * A child process that executes 32-bit code, as the thread that traces it sees it: ptrace(2). Only that thread may call
 * what is here, but for {@link #interrupt}.
 */
final class Tracee {
    // linux/ptrace.h
    private static final int CONT = 7;
    private static final int GETSIGINFO = 0x4202;
    private static final int GETREGSET = 0x4204;
    private static final int SETREGSET = 0x4205;
    private static final int SEIZE = 0x4206;
    private static final int INTERRUPT = 0x4207;
    /** The child is killed when the tracing thread ends, however that ends. */
    private static final int O_EXITKILL = 0x10_0000;

    // linux/elf.h
    private static final int NT_PRSTATUS = 1;
    private static final int NT_ARM_TLS = 0x401;

    /** Wait for children of every kind. */
    private static final int WALL = 0x4000_0000;

    private static final int SIGKILL = 9;
    /** What {@link #interrupt} sends. */
    private static final int SIGUSR1 = 10;

    private static final int EINTR = -4;

    /** r0 to r15, CPSR, and r0 at the last system call: of a 32-bit program. */
    private static final int REGISTERS = 18;

    private static final int CPSR = 16;
    private static final int CALL_R0 = 17;

    // What is where in the scratch memory.
    static final int SCRATCH_BYTES = 512;
    private static final int VECTOR = 80;
    private static final int STATUS = 96;
    private static final int THREAD_ID = 100;
    private static final int SIGNAL = 128;

    /** Where siginfo has the address behind an SVC. */
    private static final int CALL_ADDRESS = 16;

    private static final MemorySegment HOST = HostMemory.ALL;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private final HostCalls.WithErrno calls;
    private final long scratch;
    private final int pid;

    /** @param scratch address of {@link #SCRATCH_BYTES} that nobody else uses meanwhile */
    Tracee(HostCalls.WithErrno calls, long scratch, int pid) {
        this.calls = calls;
        this.scratch = scratch;
        this.pid = pid;
    }

    private int ptrace(int request, long address, long data) {
        return calls.call("ptrace", request, pid, address, data, 0, 0);
    }

    /** Begins to trace it, and stops it; false if the host forbids that. */
    boolean seize() {
        if (ptrace(SEIZE, 0, O_EXITKILL) < 0 || ptrace(INTERRUPT, 0, 0) < 0) {
            return false;
        }
        int _ = awaitStop();
        return true;
    }

    /** Lets it run to the next stop; returns the signal, which it does not get, or 0 for a stop of another kind. */
    int resume() {
        int result = ptrace(CONT, 0, 0);
        if (result < 0) {
            throw new HostFailure("ptrace let a process of the guest not go on: error " + -result);
        }
        return awaitStop();
    }

    private int awaitStop() {
        int waited;
        do {
            waited = calls.call("waitpid", pid, scratch + STATUS, WALL, 0, 0, 0);
        } while (waited == EINTR);
        int status = HOST.get(INT, scratch + STATUS);
        if (waited != pid || (status & 0xff) != 0x7f) {
            throw new HostFailure("the host ended a process in which the guest ran: "
                    + ((status & 0x7f) == 0 ? "status " + (status >>> 8) : "signal " + (status & 0x7f)));
        }
        return status >>> 16 == 0 ? status >>> 8 : 0;
    }

    private void transfer(int request, int what, long address, int bytes) {
        HOST.set(LONG, scratch + VECTOR, address);
        HOST.set(LONG, scratch + VECTOR + Long.BYTES, bytes);
        int result = ptrace(request, what, scratch + VECTOR);
        if (result < 0) {
            throw new HostFailure("ptrace reached no registers of a process: error " + -result);
        }
    }

    private void setRegisters() {
        HOST.set(INT, scratch + CALL_R0 * Integer.BYTES, -1); // no system call that could be made again
        transfer(SETREGSET, NT_PRSTATUS, scratch, REGISTERS * Integer.BYTES);
    }

    private void getRegisters() {
        transfer(GETREGSET, NT_PRSTATUS, scratch, REGISTERS * Integer.BYTES);
    }

    int register(int number) {
        return HOST.get(INT, scratch + number * Integer.BYTES);
    }

    /** Gives it the registers of a state. */
    void setState(UserState state) {
        MemorySegment.copy(state.r, 0, HOST, INT, scratch, UserState.PC + 1);
        HOST.set(INT, scratch + CPSR * Integer.BYTES, state.userPsr() | Mode.USR_ENCODING);
        setRegisters();
    }

    /** Takes its registers to a state. */
    void getState(UserState state) {
        getRegisters();
        MemorySegment.copy(HOST, INT, scratch, state.r, 0, UserState.PC + 1);
        state.setUserPsr(register(CPSR));
    }

    /**
     * Runs code of ours to its breakpoint, with registers from r0 on, and then reads them.
     *
     * @return whether it came there
     */
    boolean call(int at, int... registers) {
        for (int i = 0; i < UserState.PC; i++) {
            HOST.set(INT, scratch + i * Integer.BYTES, i < registers.length ? registers[i] : 0);
        }
        HOST.set(INT, scratch + UserState.PC * Integer.BYTES, at);
        HOST.set(INT, scratch + CPSR * Integer.BYTES, Mode.USR_ENCODING);
        setRegisters();
        int signal;
        do {
            signal = resume();
        } while (!isFault(signal)); // others are for the guest's next stop, or from a terminal
        getRegisters();
        return signal == SIGTRAP;
    }

    static final int SIGILL = 4;
    static final int SIGTRAP = 5;
    static final int SIGBUS = 7;
    static final int SIGSEGV = 11;
    static final int SIGSYS = 31;

    /** Whether a signal says that an instruction could not be executed. */
    static boolean isFault(int signal) {
        return signal == SIGILL || signal == SIGTRAP || signal == SIGBUS || signal == SIGSEGV || signal == SIGSYS;
    }

    /** At SIGSYS: the address behind the SVC. */
    int callAddress() {
        int _ = ptrace(GETSIGINFO, 0, scratch + SIGNAL);
        return (int) HOST.get(LONG, scratch + SIGNAL + CALL_ADDRESS);
    }

    /** Sets TPIDRURO. */
    void setThreadId(int value) {
        HOST.set(INT, scratch + THREAD_ID, value);
        transfer(SETREGSET, NT_ARM_TLS, scratch + THREAD_ID, Integer.BYTES);
    }

    /** Makes it stop soon. From any thread, while it is there. */
    void interrupt() {
        HostCalls.call("kill", pid, SIGUSR1, 0, 0, 0, 0);
    }

    /** Ends it. From any thread, while nobody uses the scratch memory. */
    void kill() {
        HostCalls.call("kill", pid, SIGKILL, 0, 0, 0, 0);
        HostCalls.call("waitpid", pid, scratch + STATUS, WALL, 0, 0, 0);
    }
}
