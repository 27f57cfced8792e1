package swivel.cli.start;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import swivel.memory.HostCalls;
import swivel.memory.HostMemory;

/**
 * Starts this process again with other options of the JVM. The launcher does not read the command line: it starts the
 * JVM with the options for emitted code, where that can be, which is what nearly all runs want. Whoever finds out,
 * behind the one parser, that C2 serves it better, comes here before it has read or written anything.
 */
public final class Restart {
    private Restart() {}

    /**
     * Goes on in a JVM that compiles with C2. Returns if this one does, or if there is no way: then it goes on slower.
     *
     * @throws IOException if there is none because the command line cannot be read
     */
    public static void withC2() throws IOException {
        if (!JvmOptions.areForEmittedCode() || !HostMemory.NATIVE) {
            return;
        }
        String[] command = commandLine();
        String files = "@" + System.getenv("SWIVEL_HOME") + "/cli/target/";
        for (int i = 1; i < command.length && !command[i].equals("-m"); i++) {
            if (command[i].equals(files + JvmOptions.START)) {
                command[i] = files + JvmOptions.C2;
                command[0] =
                        Path.of(System.getProperty("java.home"), "bin", "java").toString();
                HostCalls.execute(command);
                return;
            }
        }
    }

    /** The bytes are kept, whatever they encode. */
    private static String[] commandLine() throws IOException {
        byte[] bytes = Files.readAllBytes(Path.of("/proc/self/cmdline"));
        int length = Math.max(0, bytes.length - 1); // each argument has an end, the last one too
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1).split("\0", -1);
    }
}
