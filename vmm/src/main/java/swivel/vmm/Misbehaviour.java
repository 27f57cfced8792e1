package swivel.vmm;

import java.util.concurrent.locks.LockSupport;
import swivel.arm.A32;
import swivel.arm.Disassembler;
import swivel.cpu.Processor;

/** Watches a guest that runs without help ({@link Virtualization#BARE}): how long it goes on after it first misbehaved. */
final class Misbehaviour {
    /** Instructions that a guest gets after its first sensitive instruction misbehaved. */
    private static final long BUDGET = 20_000_000;

    private static final long KICK_NANOSECONDS = 20_000_000;

    private final Processor processor;
    private long limit = Long.MAX_VALUE;

    Misbehaviour(Processor processor) {
        this.processor = processor;
    }

    /** Kicks the processor now and then until it is interrupted, so that a guest that never traps is looked at. */
    static Thread startClock(Processor processor) {
        return Thread.ofPlatform().daemon().name("swivel-bare").start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                LockSupport.parkNanos(KICK_NANOSECONDS);
                processor.kick();
            }
        });
    }

    /** Whether the guest has had its chance. */
    boolean fatal() {
        if (processor.sensitiveCount().executed() == 0) {
            return false;
        }
        if (limit == Long.MAX_VALUE) {
            limit = processor.instructions() + BUDGET;
        }
        return processor.instructions() >= limit;
    }

    /** Names the first instruction that misbehaved, and what it should have done. */
    String reason() {
        Processor.SensitiveCount found = processor.sensitiveCount();
        A32 row = A32.decode(found.firstWord());
        return ("the kernel runs in user mode without help, and %,d of its sensitive instructions misbehaved silently; the first was"
                        + " \"%s\" at 0x%08x, which should have %s")
                .formatted(
                        found.executed(),
                        Disassembler.disassemble(found.firstWord(), found.firstAddress()),
                        found.firstAddress(),
                        purpose(row));
    }

    private static String purpose(A32 row) {
        return switch (row) {
            case CPS, MSR_IMM, MSR_REG, MSR_BANKED -> "changed the processor mode or the interrupt masks";
            case MRS, MRS_BANKED -> "read the status register of a privileged mode";
            case RFE, LDM_RETURN, DP_RETURN_IMM, DP_RETURN_REG, ERET ->
                "returned from an exception with its saved status";
            case SRS -> "saved the return state of a privileged mode";
            case LDM_USER, STM_USER -> "transferred the registers of user mode";
            case WFI, WFE, SEV, YIELD -> "waited for an interrupt or an event";
            case HVC, SMC -> "called the firmware";
            default -> "accessed memory with user permissions";
        };
    }
}
