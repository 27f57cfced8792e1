package swivel.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import swivel.memory.HostCalls;
import swivel.memory.HostMemory;

/**
 * Starts this process again with other options of the JVM. The launcher does not read the command line: it starts the JVM with the options
 * for emitted code, where that can be, which is what nearly all runs want. Whoever finds out, behind the one parser, that C2 serves it
 * better, comes here before it has read or written anything.
 */
final class Restart {
    /** Set by the options that the launcher starts with (Build.java), and not by those of the second start. */
    private static final String EMITTING = "swivel.emitting";

    private static final String FIRST = "/start.options";
    private static final String SECOND = "/restart.options";

    private Restart() {}

    /** Goes on in a JVM that compiles with C2. Returns if this one does, or if there is no way: then it goes on slower. */
    static void withC2() {
        if (!Boolean.getBoolean(EMITTING) || !HostMemory.NATIVE) {
            return;
        }
        String[] command;
        try {
            command = commandLine();
        } catch (IOException e) {
            Main.say("goes on without the JVM's C2 compiler, slower: /proc/self/cmdline cannot be read: "
                    + e.getMessage());
            return;
        }
        String launcher = System.getenv("SWIVEL_HOME");
        String first = "@" + launcher + "/cli/target" + FIRST;
        for (int i = 1; i < command.length && !command[i].equals("-m"); i++) {
            if (command[i].equals(first)) {
                command[i] = "@" + launcher + "/cli/target" + SECOND;
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
