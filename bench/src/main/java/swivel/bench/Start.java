package swivel.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * How an emulator is started.
 *
 * @param command its program and options for all guests
 * @param help what it prints about the options that it takes: they differ between versions
 */
record Start(List<String> command, String help) {
    /** {@code swivel run} with options for all guests. */
    static Start swivel(List<String> run) {
        return new Start(run, output(run, "--help"));
    }

    /** QEMU's program. */
    static Start qemu(String program) {
        return new Start(List.of(program), output(List.of(program), "-device", "cortex-a15-arm-cpu,help"));
    }

    /** The host's own programs need no emulator. */
    static Start host() {
        return new Start(List.of(), "");
    }

    boolean takes(String option) {
        return help.contains(option);
    }

    /** What a command prints. Throws {@link BenchmarkException} if it cannot be run. */
    private static String output(List<String> start, String... arguments) {
        List<String> command = new ArrayList<>(start);
        command.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new BenchmarkException("cannot run " + command.getFirst() + ": " + e.getMessage());
        }
    }
}
