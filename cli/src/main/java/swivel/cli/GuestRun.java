package swivel.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import swivel.api.PanicSign;
import swivel.devices.Pl011;
import swivel.machine.VirtMachine;
import swivel.memory.HostMemory;
import swivel.vmm.Vcpu.Exit;

/**
 * Runs a machine in this process's terminal and tells how it ended. Between the machine and the screen: it listens for
 * signs of life.
 */
final class GuestRun implements Pl011.Output {
    private static final String NEEDS_DRIVER = "a kernel for this board needs a driver for the PL011 serial port and"
            + " usually --append console=ttyAMA0 (--silence 0 waits for ever)";

    /** A guest that executes fewer in a second is idle. */
    private static final long IDLE_INSTRUCTIONS = 2_000_000;

    /** What counts as a second of a busy guest. */
    private static final double BUSY_INSTRUCTIONS = 100_000_000;

    /** An end that does not come from the guest. */
    private record End(int status, String message) {}

    /** The status is what the JVM makes of the signal. */
    private static final End TERMINATED = new End(ExitStatus.OK, "terminated by a signal");

    /** What the guest gets for its shutdown: as much as systemd gives a unit (systemd-system.conf, TimeoutStopSec). */
    private static final int POWER_DOWN_SECONDS = 90;

    private static final End STAYED_ON = new End(
            ExitStatus.OK, "terminated by a signal: the guest did not power off in " + POWER_DOWN_SECONDS + " s");

    /** What a signal that ends the process means for the guest. */
    enum OnTerminate {
        /** It stops where it is, as without power. */
        stop,
        /** Its power button is pressed, and it gets time for its shutdown. */
        powerdown
    }

    /** A person's wish. */
    private static final End QUIT = new End(ExitStatus.OK, null);

    private static final End PANICKED = new End(ExitStatus.PANIC, "the guest kernel panicked");

    /** What Java says of EPIPE. */
    private static final String BROKEN_PIPE = "Broken pipe";

    private final MachineOptions options;
    private final boolean exitOnPanic;
    private final Screen screen;
    /**
     * What is said to the person while the guest runs and when it has ended; nobody waits for the person to read it.
     */
    private final ConsoleOutput notices = new ConsoleOutput(System.err);

    private final AtomicReference<End> end = new AtomicReference<>();
    private volatile boolean spoken;
    private volatile VirtMachine machine;
    private OnTerminate onTerminate = OnTerminate.stop;
    private final PanicSign panicSign = new PanicSign();
    private boolean panicked;
    private int lastShown = '\n';

    GuestRun(MachineOptions options, boolean exitOnPanic, Screen screen) {
        this.options = options;
        this.exitOnPanic = exitOnPanic;
        this.screen = screen;
        notices.hurry();
        screen.whenFailed(() -> stop(outputFailed()));
    }

    /** Chooses what a signal means; it is {@link OnTerminate#stop} otherwise. Before {@link #run}. */
    void setOnTerminate(OnTerminate chosen) {
        onTerminate = chosen;
    }

    private Termination termination() {
        return onTerminate == OnTerminate.stop
                ? new Termination(() -> stop(TERMINATED))
                : new Termination(this::powerDown, POWER_DOWN_SECONDS, () -> stop(STAYED_ON));
    }

    private void powerDown() {
        machine.pressPowerButton();
        remark("the guest's power button was pressed; it has " + POWER_DOWN_SECONDS
                + " s to power off, or another signal ends this at once");
    }

    private End outputFailed() {
        String why = screen.failure();
        return new End(
                ExitStatus.BAD_INPUT,
                why.equals(BROKEN_PIPE) ? "standard output was closed" : "standard output cannot be written: " + why);
    }

    private void say(String line) {
        notices.print(Main.line(line));
    }

    /** Says something while the guest may be in the middle of a line. */
    void remark(String line) {
        notices.print((lastShown == '\n' ? "" : System.lineSeparator()) + Main.line(line));
    }

    /** How a run ended, with what the guest lacked, which may be why. */
    private String because(String ending) {
        String lacking = machine.firstLacking();
        return lacking == null ? ending : ending + "; before that, " + lacking;
    }

    @Override
    public void write(int value) {
        spoken = true;
        lastShown = value;
        if (panicSign.ends(value) && exitOnPanic && !panicked) {
            panicked = true;
            endIn(PanicSign.MILLISECONDS, PANICKED);
        }
        screen.write(value); // may wait for whoever reads, so it comes last
    }

    private void stop(End why) {
        if (end.compareAndSet(null, why)) {
            screen.hurry();
            if (machine != null) {
                machine.stop();
            }
        }
    }

    private void endIn(long milliseconds, End why) {
        Thread.ofPlatform().daemon().start(() -> {
            try {
                Thread.sleep(milliseconds);
                stop(why);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /**
     * Runs the machine to its end.
     *
     * @param toRun whose console is this object, loaded and reset
     * @param keyboard whether standard input goes to the guest
     * @return one of {@link ExitStatus}
     */
    int run(VirtMachine toRun, boolean keyboard) throws IOException {
        machine = toRun;
        try (Termination _ = termination()) {
            return runToEnd(toRun, keyboard);
        }
    }

    private int runToEnd(VirtMachine toRun, boolean keyboard) throws IOException {
        toRun.setLackingListener(this::remark);
        long start = System.nanoTime();
        Exit exit;
        long dropped;
        try (RawMode terminal = keyboard ? RawMode.enter() : null) {
            if (keyboard) {
                Runnable resize = terminal == null ? () -> {} : () -> setConsoleSize(toRun);
                resize.run();
                ConsoleInput.start(
                        new FileInputStream(FileDescriptor.in),
                        terminal != null,
                        toRun.console().input(),
                        resize,
                        () -> stop(QUIT),
                        toRun::endInput,
                        this::say);
            } else {
                toRun.endInput();
            }
            watchForSilence();
            do {
                exit = end.get() != null ? new Exit.Stopped() : toRun.run();
            } while (exit instanceof Exit.Stopped && end.get() == null);
        } catch (HostMemory.Refused e) {
            throw e;
        } catch (OutOfMemoryError e) { // no guest should be able to do that: what it makes us remember is bounded
            throw new Failure(
                    ExitStatus.INTERNAL_ERROR,
                    "a defect of Swivel: its " + Main.HEAP_MEBIBYTES
                            + " MiB of memory were used up while the guest ran; please report it with what the guest"
                            + " did");
        } finally {
            dropped = screen.close();
            toRun.close();
        }
        if (lastShown != '\n') {
            notices.print(System.lineSeparator());
        }
        if (options.stats) {
            notices.print(StatisticsReport.text(toRun, System.nanoTime() - start));
        }
        if (dropped > 0 && screen.failure() == null) {
            say("nobody read the guest's output any more: its last %,d bytes are dropped".formatted(dropped));
        }
        int status = report(exit);
        long _ = notices.close();
        return status;
    }

    /** With each key, so a guest that draws on the whole screen knows the size before it draws again. */
    private static void setConsoleSize(VirtMachine machine) {
        WindowSize size = WindowSize.ofTerminal();
        machine.setConsoleSize(size.columns(), size.rows());
    }

    private void watchForSilence() {
        if (options.silence > 0) {
            Thread.ofPlatform().daemon().name("swivel-silence").start(this::listen);
        }
    }

    /**
     * Counts seconds without a sign of life. Of a busy guest a second counts only as far as it has done a second's
     * work, since the host may be slow; and on a fast host no second counts twice.
     */
    private void listen() {
        double silent = 0;
        long before = 0;
        try {
            while (!spoken) {
                if (silent >= options.silence) {
                    String lacking = machine.firstLacking();
                    stop(new End(
                            ExitStatus.STUCK,
                            "the guest has printed nothing for " + options.silence + " s; "
                                    + (lacking != null ? lacking : NEEDS_DRIVER)));
                    return;
                }
                TimeUnit.SECONDS.sleep(1);
                long now = machine.instructions();
                silent += secondOf(now - before);
                before = now;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What a second of real time counts in which a guest has executed so many instructions. */
    static double secondOf(long instructions) {
        return instructions < IDLE_INSTRUCTIONS ? 1 : Math.min(1, instructions / BUSY_INSTRUCTIONS);
    }

    private int report(Exit exit) {
        String missed = MissedReport.line(machine);
        if (missed != null) {
            say(missed);
        }
        String events = EventsReport.line(machine.vcpu().statistics().uncountedEvents);
        if (events != null) {
            say(events);
        }
        String unreached = UnreachedReport.line(machine);
        if (unreached != null) {
            say(unreached);
        }
        // A kernel that panics may reset or stop before we look.
        End why = panicked ? PANICKED : exit instanceof Exit.Stopped ? end.get() : null;
        if (why == null && screen.failure() != null) {
            why = outputFailed(); // of the last bytes
        }
        if (why != null) {
            if (why.message != null) {
                say(why == PANICKED ? because(why.message) : why.message);
            }
            return why.status;
        }
        return switch (exit) {
            case Exit.PowerOff() -> ExitStatus.OK;
            case Exit.Stopped() -> ExitStatus.OK;
            case Exit.Reset() -> {
                say(because("the guest asked for a reset"));
                yield ExitStatus.RESET;
            }
            case Exit.Watchdog() -> {
                say(because("the watchdog fired: the guest has not set it back in time"));
                yield ExitStatus.WATCHDOG;
            }
            case Exit.Stuck(String reason) -> {
                say(because("the guest is stuck: " + reason));
                yield ExitStatus.STUCK;
            }
        };
    }
}
