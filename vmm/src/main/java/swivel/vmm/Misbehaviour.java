package swivel.vmm;

import java.util.concurrent.locks.LockSupport;
import swivel.arm.Arguments;
import swivel.arm.Arguments.Alu;
import swivel.arm.Arguments.BankedMove;
import swivel.arm.Arguments.BlockTransfer;
import swivel.arm.Arguments.Call;
import swivel.arm.Arguments.ChangeState;
import swivel.arm.Arguments.ExceptionReturn;
import swivel.arm.Arguments.Hint;
import swivel.arm.Arguments.ReturnFromException;
import swivel.arm.Arguments.StatusRead;
import swivel.arm.Arguments.StatusWrite;
import swivel.arm.Arguments.StoreReturnState;
import swivel.cpu.Processor;
import swivel.cpu.UserState;

/**
 * Watches a guest that runs without help ({@link Virtualization#BARE}): how long it goes on after it first misbehaved.
 */
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
        return ("the kernel runs in user mode without help, and %,d of its sensitive instructions misbehaved silently; the first was"
                        + " \"%s\" at 0x%08x, which should have %s")
                .formatted(
                        found.executed(),
                        found.firstText(),
                        found.firstAddress(),
                        purpose(found.firstSet().decode(found.firstWord()).arguments(found.firstWord())));
    }

    private static String purpose(Arguments arguments) {
        return switch (arguments) {
            case StatusRead _ -> READ;
            case BankedMove move when move.read() -> READ;
            case ChangeState _, StatusWrite _, BankedMove _ -> "changed the processor mode or the interrupt masks";
            case BlockTransfer block
            when !block.load() || !block.has(UserState.PC) -> "transferred the registers of user mode";
            case ReturnFromException _, BlockTransfer _, Alu _, ExceptionReturn _ ->
                "returned from an exception with its saved status";
            case StoreReturnState _ -> "saved the return state of a privileged mode";
            case Hint _ -> "waited for an interrupt or an event";
            case Call _ -> "called the firmware";
            default -> "accessed memory with user permissions";
        };
    }

    private static final String READ = "read the status register of a privileged mode";
}
