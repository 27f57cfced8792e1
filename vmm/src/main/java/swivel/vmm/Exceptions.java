package swivel.vmm;

import static swivel.arm.Cp15Fields.SCTLR_EE;
import static swivel.arm.Cp15Fields.SCTLR_TE;

import swivel.arm.Cp15;
import swivel.arm.ExceptionKind;
import swivel.arm.FaultStatus;
import swivel.cpu.AddressSpace.Access;
import swivel.cpu.UserState;
import swivel.memory.Snapshot.Archive;

/** Injects virtual exceptions into the guest (ARM DDI 0406C, B1.8 and B1.9). */
final class Exceptions {
    /**
     * So many exceptions in a row, each raised by the first instruction of its own vector, and the guest is dead:
     * nothing else can execute any more.
     */
    static final int DEAD_AFTER = 1000;

    private final Registers registers;
    private final SystemRegisters system;
    private final TableWalker walker;
    private final Statistics statistics;

    /** Exceptions in a row that were raised at their own vector. */
    private int atOwnVector;

    private ExceptionKind last = ExceptionKind.RESET;

    Exceptions(Registers registers, SystemRegisters system, TableWalker walker, Statistics statistics) {
        this.registers = registers;
        this.system = system;
        this.walker = walker;
        this.statistics = statistics;
    }

    void reset() {
        atOwnVector = 0;
    }

    void fields(Archive fields) {
        atOwnVector = fields.index(atOwnVector, DEAD_AFTER + 1);
        ExceptionKind[] kinds = ExceptionKind.values();
        last = kinds[fields.index(last.ordinal(), kinds.length)];
    }

    /**
     * Takes an exception. PC is the address of the instruction that caused it, which has had no effect; for interrupts
     * it is the next instruction. The SPSR gets the ITSTATE that goes with LR: a supervisor call returns behind itself,
     * others to where they were (TakeSVCException, B1.9.4).
     */
    void take(ExceptionKind kind) {
        statistics.countInjected(kind);
        int pc = registers.pc();
        int vector = system.vectorBase() + kind.vectorOffset();
        atOwnVector = pc == vector ? atOwnVector + 1 : 0;
        last = kind;
        if (kind == ExceptionKind.SUPERVISOR_CALL) {
            registers.advanceIt();
        }

        int cpsr = registers.cpsr();
        int link = kind.linkRegister(pc, registers.state.thumb());
        boolean thumb = system.control(SCTLR_TE);
        boolean bigEndian = system.control(SCTLR_EE);
        registers.setCpsr(kind.entryCpsr(cpsr, thumb, bigEndian));
        registers.setSpsr(kind.mode(), cpsr);
        registers.set(UserState.LR, link);
        registers.branch(vector);
    }

    /** Takes a data abort: DFSR and DFAR say why and where. */
    void dataAbort(FaultStatus status, int domain, int address, boolean write) {
        system.set(Cp15.DFSR, walker.tables().dataFault(status, domain, write));
        system.set(Cp15.DFAR, address);
        take(ExceptionKind.DATA_ABORT);
    }

    /** Takes a prefetch abort: IFSR and IFAR say why and where. */
    void prefetchAbort(FaultStatus status, int address) {
        system.set(Cp15.IFSR, walker.tables().prefetchFault(status));
        system.set(Cp15.IFAR, address);
        take(ExceptionKind.PREFETCH_ABORT);
    }

    /** Takes the prefetch abort of a breakpoint or a BKPT. IFAR is UNKNOWN then, and zero on QEMU. */
    void breakpoint() {
        prefetchAbort(FaultStatus.DEBUG_EVENT, 0);
    }

    void abort(GuestAbort abort) {
        if (abort.access == Access.EXECUTE) {
            prefetchAbort(abort.status, abort.address);
        } else {
            dataAbort(abort.status, abort.domain, abort.address, abort.access == Access.WRITE);
        }
    }

    /** Whether the guest can do nothing any more but take the same exception again. */
    boolean dead() {
        return atOwnVector >= DEAD_AFTER;
    }

    /** Says why the guest is {@link #dead}. */
    String deathReason() {
        int vector = system.vectorBase() + last.vectorOffset();
        String status = switch (last) {
            case PREFETCH_ABORT ->
                ", fault status 0x%x at 0x%08x".formatted(system.get(Cp15.IFSR), system.get(Cp15.IFAR));
            case DATA_ABORT -> ", fault status 0x%x at 0x%08x".formatted(system.get(Cp15.DFSR), system.get(Cp15.DFAR));
            default -> "";
        };
        return "the guest cannot take exceptions: the first instruction of its %s vector, at 0x%08x, raises the same exception"
                        .formatted(
                                last.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '), vector)
                + " again and again" + status;
    }
}
