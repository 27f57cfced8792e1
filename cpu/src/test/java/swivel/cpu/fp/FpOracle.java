package swivel.cpu.fp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import swivel.arm.Fpscr;
import swivel.cpu.QemuArm;

/**
 * Executes instructions on d0 to d5 under {@code qemu-arm} (fp.c), and compares what comes of it with what a model of
 * each says.
 */
final class FpOracle {
    private static final int BYTES = 8 + 6 * 8;

    /** What an instruction does to d0 to d5. The context has the modes; flags that it raises are compared. */
    interface Model {
        /** @return the flags NZCV of FPSCR, 0 if they are not changed */
        int apply(long[] d, FpContext c);
    }

    /**
     * An instruction in assembly.
     *
     * @param simd whether it is of Advanced SIMD, with the standard modes
     */
    record Operation(String text, boolean simd, Model model) {}

    /** An operation's inputs: FPSCR and d0 to d5 of each. */
    static final class Inputs {
        final Operation operation;
        private final List<long[]> states = new ArrayList<>();

        Inputs(Operation operation) {
            this.operation = operation;
        }

        void add(int fpscr, long... d) {
            long[] state = new long[7];
            System.arraycopy(d, 0, state, 0, d.length);
            state[6] = fpscr;
            states.add(state);
        }
    }

    private FpOracle() {}

    /** Asserts that QEMU and the models agree. */
    static void compare(List<Inputs> inputs, Path directory) throws IOException, InterruptedException {
        ByteBuffer output = qemu(inputs, directory);
        List<String> differences = new ArrayList<>();
        int count = 0;
        FpContext c = new FpContext();
        for (Inputs batch : inputs) {
            int shown = 0;
            for (long[] state : batch.states) {
                int fpscr = (int) state[6];
                long[] d = java.util.Arrays.copyOf(state, 6);
                if (batch.operation.simd) {
                    c.loadStandard(fpscr);
                } else {
                    c.load(fpscr);
                }
                int nzcv = batch.operation.model.apply(d, c);
                int expected = output.getInt();
                output.getInt();
                int actual = c.flags | fpscr & Fpscr.CONTROL | nzcv;
                StringBuilder text = new StringBuilder();
                if (actual != expected) {
                    text.append(String.format(" fpscr qemu %08x ours %08x", expected, actual));
                }
                for (int i = 0; i < 6; i++) {
                    long value = output.getLong();
                    if (value != d[i]) {
                        text.append(String.format(" d%d qemu %016x ours %016x", i, value, d[i]));
                    }
                }
                count++;
                if (!text.isEmpty() && shown++ < 4) {
                    differences.add(String.format(
                            "%s fpscr %08x d0 %016x d2 %016x %016x d4 %016x %016x:%s",
                            batch.operation.text, fpscr, state[0], state[2], state[3], state[4], state[5], text));
                }
            }
        }
        int compared = count;
        assertTrue(
                differences.isEmpty(),
                () -> "of " + compared + " differ\n"
                        + String.join("\n", differences.subList(0, Math.min(40, differences.size()))));
    }

    private static ByteBuffer qemu(List<Inputs> inputs, Path directory) throws IOException, InterruptedException {
        Path operations = directory.resolve("operations.s");
        Files.writeString(operations, assembly(inputs));
        Path runner = QemuArm.compile(directory, "fp.c", operations);
        Path in = directory.resolve("in");
        int bytes = 0;
        try (DataOutputStream stream =
                new DataOutputStream(new java.io.BufferedOutputStream(Files.newOutputStream(in)))) {
            for (int i = 0; i < inputs.size(); i++) {
                List<long[]> states = inputs.get(i).states;
                stream.writeInt(Integer.reverseBytes(i));
                stream.writeInt(Integer.reverseBytes(states.size()));
                for (long[] state : states) {
                    stream.writeLong(Long.reverseBytes(state[6]));
                    for (int k = 0; k < 6; k++) {
                        stream.writeLong(Long.reverseBytes(state[k]));
                    }
                }
                bytes += states.size() * BYTES;
            }
        }
        ByteBuffer output = QemuArm.run(runner, in);
        assertEquals(bytes, output.remaining());
        return output;
    }

    /** A function for each operation: (inputs, outputs). */
    private static String assembly(List<Inputs> inputs) {
        StringBuilder text = new StringBuilder(".syntax unified\n.arch armv7-a\n.fpu neon-vfpv4\n.arm\n.text\n");
        StringBuilder table = new StringBuilder(".data\n.globl operations\noperations:\n");
        for (int i = 0; i < inputs.size(); i++) {
            text.append("operation").append(i).append(": ldr r2, [r0], #8\n vmsr fpscr, r2\n vldmia r0, {d0-d5}\n ");
            text.append(inputs.get(i).operation.text);
            text.append("\n vmrs r2, fpscr\n str r2, [r1], #8\n vstmia r1, {d0-d5}\n bx lr\n");
            table.append(".word operation").append(i).append('\n');
        }
        return text + "" + table + ".section .note.GNU-stack,\"\",%progbits\n";
    }
}
