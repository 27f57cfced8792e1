package swivel.nativecore;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import swivel.cpu.HostFailure;
import swivel.cpu.UserState;
import swivel.memory.GuestMemory;
import swivel.memory.HostCalls;

/**
 * A child process in whose 32-bit address space the guest executes: nothing is mapped in it but pages of the guest, and
 * the page of the {@link Stub}.
 */
final class GuestProcess {
    /** The last page, which no program can have. */
    private static final int END = -GuestMemory.PAGE_SIZE;

    /** Room for {@code posix_spawn_file_actions_t}, which glibc and musl make 80 bytes. */
    private static final int ACTIONS_BYTES = 256;

    private static final int ENOEXEC = 8;

    // linux/prctl.h, linux/seccomp.h, asm-generic/signal.h
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int SECCOMP_SET_MODE_FILTER = 1;
    private static final int SIG_SETMASK = 2;
    private static final int SIGNALS_BYTES = 8;

    /** Where the stub's page is. */
    final int stubAddress;

    private final Stub stub;
    private final Tracee tracee;
    private int threadId;

    /**
     * Starts one.
     *
     * @param ramFile {@link GuestMemory#share}
     * @param stubAddress where the guest has no page
     * @throws UnsupportedOperationException if the host does not allow it
     */
    GuestProcess(HostCalls.WithErrno calls, long scratch, Stub stub, int ramFile, int stubAddress) {
        this.stub = stub;
        this.stubAddress = stubAddress;
        this.tracee = new Tracee(calls, scratch, spawn(stub, ramFile));
        boolean done = false;
        try {
            if (!tracee.seize()) {
                throw new UnsupportedOperationException("this host does not let processes trace their children;"
                        + " allow ptrace in the container, or set kernel.yama.ptrace_scope to 1");
            }
            prepare();
            done = true;
        } finally {
            if (!done) {
                tracee.kill();
            }
        }
    }

    private static int spawn(Stub stub, int ramFile) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pid = arena.allocate(ValueLayout.JAVA_INT);
            long path =
                    arena.allocateFrom("/proc/self/fd/" + stub.program.file()).address();
            long actions = arena.allocate(ACTIONS_BYTES).address();
            MemorySegment arguments = arena.allocate(ValueLayout.JAVA_LONG, 2);
            arguments.set(ValueLayout.JAVA_LONG, 0, path);
            long noMore = arguments.address() + Long.BYTES;
            HostCalls.call("posix_spawn_file_actions_init", actions, 0, 0, 0, 0, 0);
            inherit(actions, ramFile, Stub.RAM_FILE);
            inherit(actions, stub.page.file(), Stub.PAGE_FILE);
            int error =
                    (int) HostCalls.call("posix_spawn", pid.address(), path, actions, 0, arguments.address(), noMore);
            HostCalls.call("posix_spawn_file_actions_destroy", actions, 0, 0, 0, 0, 0);
            if (error != 0) {
                throw new UnsupportedOperationException(
                        error == ENOEXEC
                                ? "this host executes no 32-bit ARM programs: its cores have no AArch32 in user mode,"
                                        + " or its kernel lacks CONFIG_COMPAT"
                                : "this host did not start a 32-bit ARM program: error " + error);
            }
            return pid.get(ValueLayout.JAVA_INT, 0);
        }
    }

    private static void inherit(long actions, int file, int as) {
        HostCalls.call("posix_spawn_file_actions_adddup2", actions, file, as, 0, 0, 0);
    }

    /** Removes all that a program has, the stub's page aside, and shuts the system calls. */
    private void prepare() {
        int page = GuestMemory.PAGE_SIZE;
        int code = Stub.PROT_READ | Stub.PROT_EXEC;
        requireAt(Stub.FIRST_CALL, stubAddress, Stub.MMAP2, stubAddress, page, code, Stub.MAP_SHARED_FIXED, 1, 0);
        require(0, Stub.CLOSE_RANGE, Stub.PAGE_FILE + 1, -1, 0);
        require(0, Stub.RT_SIGPROCMASK, SIG_SETMASK, stubAddress + Stub.NO_SIGNALS, 0, SIGNALS_BYTES);
        require(0, Stub.MUNMAP, 0, stubAddress);
        if (stubAddress + page != END) {
            require(0, Stub.MUNMAP, stubAddress + page, END - stubAddress - page);
        }
        require(0, Stub.PRCTL, PR_SET_NO_NEW_PRIVS, 1);
        require(0, Stub.SECCOMP, SECCOMP_SET_MODE_FILTER, 0, stub.writeFilter(stubAddress));
    }

    private void require(int expected, int number, int... arguments) {
        requireAt(stubAddress + Stub.CALL, expected, number, arguments);
    }

    /** Makes a system call in the child, which must return what is expected. */
    private void requireAt(int at, int expected, int number, int... arguments) {
        int[] registers = new int[8];
        System.arraycopy(arguments, 0, registers, 0, arguments.length);
        registers[7] = number;
        boolean done = tracee.call(at, registers);
        if (!done || tracee.register(0) != expected) {
            throw new UnsupportedOperationException("this host refuses a 32-bit ARM process what it needs: system call "
                    + number + (done ? " returned " + tracee.register(0) : " did not return")
                    + "; it needs Linux 5.9 or newer, and seccomp");
        }
    }

    /** Changes its mappings. */
    void map(MappingList list) {
        int records = 0;
        for (int range = 0; range < list.count(); range++) {
            if (records > Stub.MAX_RECORDS - 2) {
                send(records);
                records = 0;
            }
            int address = MappingList.address(list.page(range));
            int bytes = list.pages(range) << GuestMemory.PAGE_SHIFT;
            int protection = list.protection(range);
            stub.writeMapping(records++, address, bytes, protection, list.ramPage(range));
            if ((protection & Stub.PROT_EXEC) != 0) {
                stub.writeFlush(records++, address, bytes);
            }
        }
        if (records > 0) {
            send(records);
        }
    }

    private void send(int records) {
        int first = Stub.records(stubAddress);
        boolean done = tracee.call(
                stubAddress + Stub.BATCH, 0, 0, 0, stub.flags, Stub.RAM_FILE, 0, 0, 0, stub.lastBytes, first, records);
        if (!done || tracee.register(10) != 0) {
            throw new HostFailure("the host did not map the guest's memory: error " + -tracee.register(0));
        }
    }

    /**
     * Runs the guest to the next stop.
     *
     * @return the signal that stopped it
     */
    int run(UserState state) {
        if (state.r[UserState.TPIDRURO] != threadId) {
            threadId = state.r[UserState.TPIDRURO];
            tracee.setThreadId(threadId);
        }
        tracee.setState(state);
        int signal = tracee.resume();
        tracee.getState(state);
        return signal;
    }

    /** {@link Tracee#callAddress}. */
    int callAddress() {
        return tracee.callAddress();
    }

    /** {@link Tracee#interrupt}. */
    void interrupt() {
        tracee.interrupt();
    }

    /** {@link Tracee#kill}. */
    void kill() {
        tracee.kill();
    }
}
