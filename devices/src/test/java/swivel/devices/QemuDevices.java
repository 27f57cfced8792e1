package swivel.devices;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The devices of QEMU's {@code virt} machine, driven through its qtest protocol: no guest runs, the test is the guest.
 */
final class QemuDevices implements AutoCloseable {
    static final int DISTRIBUTOR = 0x0800_0000;
    static final int CPU_INTERFACE = 0x0801_0000;
    static final int UART = 0x0900_0000;
    static final int RTC = 0x0901_0000;
    static final int FW_CFG = 0x0902_0000;
    static final int GPIO = 0x0903_0000;

    private static final String CPU = "/machine/unattached/device[0]";
    private static final String GIC = "/machine/unattached/device[1]";
    private static final String PL061 = "/machine/unattached/device[6]";
    private static final int INTERRUPTS = 288;
    private static final int PRIVATE = 32;

    private final Process process;
    private final BufferedWriter commands;
    private final BufferedReader answers;
    /** The CPU's inputs that are asserted: 0 is IRQ, 1 is FIQ. */
    private final Set<Integer> asserted = new HashSet<>();

    /** Starts QEMU, with more options if there are any. */
    QemuDevices(String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "qemu-system-arm",
                "-M",
                "virt,gic-version=2",
                "-cpu",
                "cortex-a15",
                "-display",
                "none",
                "-nodefaults",
                "-qtest",
                "stdio",
                "-qtest-log",
                "/dev/null"));
        command.addAll(List.of(options));
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new IOException("qemu-system-arm is needed; make test installs it", e);
        }
        commands = process.outputWriter();
        answers = process.inputReader();
        send("irq_intercept_in " + CPU);
    }

    int read(int address, int size) {
        return (int)
                Long.parseLong(send("read" + letter(size) + " " + hex(address)).substring(2), 16);
    }

    void write(int address, int size, int value) {
        send("write" + letter(size) + " " + hex(address) + " " + hex(value));
    }

    private static char letter(int size) {
        return size == 4 ? 'l' : size == 2 ? 'w' : 'b';
    }

    private static String hex(int value) {
        return "0x" + Integer.toHexString(value);
    }

    void setInterruptLine(int intid, boolean level) {
        int input = intid < PRIVATE ? INTERRUPTS - PRIVATE + intid : intid - PRIVATE;
        send("set_irq_in " + GIC + " unnamed-gpio-in " + input + " " + (level ? 1 : 0));
    }

    void setPin(int pin, boolean level) {
        send("set_irq_in " + PL061 + " unnamed-gpio-in " + pin + " " + (level ? 1 : 0));
    }

    boolean irq() {
        return asserted.contains(0);
    }

    boolean fiq() {
        return asserted.contains(1);
    }

    private String send(String command) {
        try {
            commands.write(command + "\n");
            commands.flush();
            for (; ; ) {
                String answer = answers.readLine();
                if (answer == null) {
                    throw new IOException("QEMU ended at: " + command);
                } else if (answer.startsWith("IRQ raise ")) {
                    asserted.add(Integer.valueOf(answer.substring(10)));
                } else if (answer.startsWith("IRQ lower ")) {
                    asserted.remove(Integer.valueOf(answer.substring(10)));
                } else if (answer.startsWith("OK")) {
                    return answer.substring(Math.min(3, answer.length()));
                } else {
                    throw new IOException("QEMU answers " + answer + " to: " + command);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
