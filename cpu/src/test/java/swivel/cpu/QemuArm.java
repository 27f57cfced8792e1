package swivel.cpu;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** Programs of the oracles, which {@code qemu-arm} runs: they read cases and write what came of each. */
public final class QemuArm {
    private static final List<String> COMPILER =
            List.of("arm-linux-gnueabi-gcc", "-O1", "-marm", "-march=armv7-a", "-static", "-o");

    private QemuArm() {}

    /**
     * Compiles a program.
     *
     * @param directory where to
     * @param name of its source in C among the resources
     * @param others more sources
     */
    public static Path compile(Path directory, String name, Path... others) throws IOException, InterruptedException {
        Path source = directory.resolve(name);
        try (InputStream in = QemuArm.class.getResourceAsStream("/oracle/" + name)) {
            Files.copy(in, source, StandardCopyOption.REPLACE_EXISTING);
        }
        Path program = directory.resolve(name + ".elf");
        List<String> command = new ArrayList<>(COMPILER);
        command.add("" + program);
        command.add("" + source);
        for (Path other : others) {
            command.add("" + other);
        }
        execute(new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.INHERIT));
        return program;
    }

    /** Runs a program on a Cortex-A15, with a file as input; returns what it writes. */
    public static ByteBuffer run(Path program, Path in) throws IOException, InterruptedException {
        Path out = in.resolveSibling("out");
        execute(new ProcessBuilder("qemu-arm", "-cpu", "cortex-a15", "" + program)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile()));
        return ByteBuffer.wrap(Files.readAllBytes(out)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void execute(ProcessBuilder builder) throws IOException, InterruptedException {
        int status =
                builder.redirectError(ProcessBuilder.Redirect.INHERIT).start().waitFor();
        if (status != 0) {
            throw new IOException(String.join(" ", builder.command()) + " ended with status " + status);
        }
    }
}
