package swivel.cli.start;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Prepares fast starts of what was just built: brings old class files up to date, writes the JVM's options, and makes
 * an AOT cache from a {@link Rehearsal}. {@code Build.java} runs it in a JVM of its own from the modules that Maven
 * made, with its output to the log of the build: {@code swivel.cli.start.Preparation TARGET}; with {@code cache} behind
 * it, when only the AOT cache is not what it was.
 */
public final class Preparation {
    private final Path target;
    private final Path modules;
    private final Path aot;
    private final Path made;

    private Preparation(Path target) {
        this.target = target;
        modules = target.resolve("modules");
        aot = target.resolve("swivel.aot");
        made = target.resolve("swivel.aot.made");
    }

    /** The status if all is there but the cache, and each start takes longer. */
    private static final int NO_CACHE = 3;

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Preparation preparation = new Preparation(Path.of(arguments[0]));
        if (arguments.length == 1) {
            preparation.newerClassFiles();
            JvmOptions.write(preparation.target);
        }
        System.exit(preparation.cache() ? 0 : NO_CACHE);
    }

    /** Else the AOT cache takes no classes of old libraries; without that all works, slower. */
    private void newerClassFiles() {
        try {
            NewerClassFiles.replace(modules);
        } catch (IOException | RuntimeException e) {
            System.err.println("class files stay as old as they are: " + e);
        }
    }

    /** Makes the AOT cache, and then a file with its checksum, which is newer than any change of it. */
    private boolean cache() throws IOException, InterruptedException {
        boolean _ = Files.deleteIfExists(made);
        boolean _ = Files.deleteIfExists(aot);
        rehearse();
        if (!Files.exists(aot)) {
            return false;
        }
        Process checksum = new ProcessBuilder("cksum")
                .redirectInput(aot.toFile())
                .redirectOutput(made.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (checksum.waitFor() != 0) {
            Files.delete(made);
            return false;
        }
        return true;
    }

    /**
     * A rehearsal leaves the classes that every start needs loaded and linked in a cache, for which the boot of a real
     * kernel is best. Kernels are prepared in it as if for the first time.
     */
    private void rehearse() throws IOException, InterruptedException {
        Path scratch = target.resolve("rehearsal");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + target.resolve(JvmOptions.C2),
                "-p",
                modules.toString(),
                "-XX:AOTCacheOutput=" + aot,
                "-m",
                "swivel.cli/swivel.cli.Main",
                "rehearse"));
        Path linux = UserCache.directory().resolve("guests/linux-v7/vmlinux");
        if (Files.exists(linux)) {
            command.addAll(List.of("--kernel", linux.toString()));
        }
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().put("SWIVEL_CACHE", scratch.toString());
        Process process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        if (process.waitFor() != 0) {
            boolean _ = Files.deleteIfExists(aot);
        }
        if (Files.isDirectory(scratch)) {
            try (Stream<Path> files = Files.walk(scratch)) {
                files.map(Path::toFile).toList().reversed().forEach(File::delete);
            }
        }
    }
}
