package swivel.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How an emulator is started.
 *
 * @param command its program and options for all guests
 * @param help names the options that it takes, those at least that differ between versions
 */
record Start(List<String> command, String help) {
    private static final Pattern VERSION = Pattern.compile("version (\\d+)\\.(\\d+)");

    /** {@code swivel run} with options for all guests. */
    static Start swivel(List<String> run) {
        return new Start(run, output(run, "--help"));
    }

    /** QEMU's program. It does not list all properties of its processors, but says its version. */
    static Start qemu(String program) {
        return new Start(List.of(program), properties(output(List.of(program), "--version")));
    }

    /** Those of the properties that are used here that versions lack: {@code vfp-d32} came with 8.1. */
    static String properties(String version) {
        Matcher found = VERSION.matcher(version);
        boolean upper =
                found.find() && 100 * Integer.parseInt(found.group(1)) + Integer.parseInt(found.group(2)) >= 801;
        return upper ? "vfp-d32" : "";
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
