package swivel.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import swivel.machine.VirtMachine;
import swivel.vmm.Vcpu;

/**
 * A machine with a guest that runs, beside the program that started it: on a thread of its own, until the guest powers
 * off, {@link #stop} or {@link #close}. From any thread.
 *
 * <pre>
 *   try (Machine machine = Machine.builder().kernel(Path.of("zImage")).append("console=ttyAMA0").start()) {
 *       machine.console().expect("login:");
 *       machine.console().send("root\n");
 *   }
 * </pre>
 *
 * <p>{@link #close} gives everything back: memory, threads, files, ports. The JVM wants
 * {@code --enable-native-access=swivel.memory,swivel.cpu} (on the class path {@code ALL-UNNAMED}) for machine code;
 * without it, the guest is interpreted.
 */
public final class Machine implements AutoCloseable {
    private final VirtMachine machine;
    private final Console console;
    private final List<InetSocketAddress> listening;
    private final CompletableFuture<End> end = new CompletableFuture<>();
    private final Thread thread;
    private volatile boolean stopping;
    private volatile boolean panicked;

    /** Says what a machine shall be. */
    public static MachineBuilder builder() {
        return new MachineBuilder();
    }

    /** Of a machine that was loaded; {@link #begin} runs it. */
    Machine(VirtMachine machine, Console console, List<InetSocketAddress> listening) {
        this.machine = machine;
        this.console = console;
        this.listening = listening;
        this.thread = Thread.ofPlatform().daemon().name("swivel-machine").unstarted(this::run);
        console.connect(machine.console().input(), machine::endInput);
    }

    void begin() {
        thread.start();
    }

    private void run() {
        End how;
        try {
            how = runToEnd();
        } catch (RuntimeException | Error e) {
            how = new End.Failed(e);
        }
        console.end(how);
        end.complete(how);
    }

    private End runToEnd() {
        Vcpu.Exit exit;
        do {
            exit = stopping ? new Vcpu.Exit.Stopped() : machine.run();
        } while (exit instanceof Vcpu.Exit.Stopped && !stopping);
        if (panicked) { // a kernel that panics may reset or stop before we look
            return new End.Panicked();
        }
        return switch (exit) {
            case Vcpu.Exit.PowerOff() -> new End.PoweredOff();
            case Vcpu.Exit.Reset() -> new End.Reset();
            case Vcpu.Exit.Watchdog() -> new End.Watchdog();
            case Vcpu.Exit.Stopped() -> new End.Stopped();
            case Vcpu.Exit.Stuck(String reason) -> new End.Stuck(reason);
        };
    }

    /** The guest's kernel panics: it gets time for its last words. */
    void panic() {
        if (!panicked) {
            panicked = true;
            CompletableFuture.delayedExecutor(PanicSign.MILLISECONDS, TimeUnit.MILLISECONDS)
                    .execute(this::stop);
        }
    }

    /** The guest's console: its serial port, or its virtio console. */
    public Console console() {
        return console;
    }

    /** Where the host listens for the guest, in the order of the network's forwards: what port 0 became. */
    public List<InetSocketAddress> listening() {
        return listening;
    }

    /** Instructions that the guest has executed. */
    public long instructions() {
        return machine.instructions();
    }

    /**
     * Waits for the end of the run.
     *
     * @throws GuestException if it does not end in this time; it goes on
     */
    public End waitForExit(Duration patience) throws InterruptedException {
        try {
            return end.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new GuestException(
                    "the guest did not end within " + patience.toMillis() + " ms" + console.lastOutput());
        } catch (ExecutionException e) {
            throw new AssertionError(e); // it is completed with a value
        }
    }

    /** Waits for the end of the run, however long that takes. */
    public End waitForExit() throws InterruptedException {
        return waitForExit(Duration.ofNanos(Long.MAX_VALUE));
    }

    /**
     * Presses the power button, as a person does who wants the guest to shut down in order. It is up to the guest: a
     * Linux with systemd or acpid does.
     */
    public void powerDown() {
        machine.pressPowerButton();
    }

    /** Ends the run where it is, soon; as one who pulls the plug. */
    public void stop() {
        stopping = true;
        machine.stop();
    }

    /**
     * Ends the run, waits until it has ended, and gives everything back to the host. A second call does nothing.
     *
     * @throws IllegalStateException on the machine's own thread, as from a device
     * @throws UncheckedIOException if a disk cannot be closed
     */
    @Override
    public void close() {
        if (Thread.currentThread() == thread) {
            throw new IllegalStateException("a machine cannot be closed from inside");
        }
        stop();
        try {
            machine.close(); // waits for the thread
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
