import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Builds Swivel, and leaves in cli/target what the launcher starts it with: the modules, the JVM's options, and an AOT cache.
 *
 * <p>The launcher runs it when something is missing or old: {@code java Build.java HOME}; with {@code cache} behind it, when only the AOT cache is
 * not what it was. Two at once do not build twice: the second waits and
 * ends with {@link #WAITED}, so that its launcher looks again. What keeps them apart is a lock of the operating system, which no process
 * leaves behind, however it ends.
 */
final class Build {
    /** It cannot be built here: sysexits' EX_UNAVAILABLE. */
    private static final int UNAVAILABLE = 69;

    /** Another one has built meanwhile: sysexits' EX_TEMPFAIL. */
    private static final int WAITED = 75;

    private static final String PLAIN = "restart.options";
    private static final int SHOWN_ERRORS = 20;
    private static final long FULL_BYTES = 1 << 20;

    /**
     * For every start. The serial collector starts fastest and is smallest (the guest's RAM is outside the heap). Without the limit C2 prunes
     * what its profile has not seen of the interpreter and throws the code away when it comes (docs/decisions.md). The heap's bound is for
     * large files; a guest cannot fill more than an eighth of it (docs/memory.md), and small hosts and containers must not lower it.
     */
    private static final List<String> ALWAYS = List.of(
            "-XX:+UseSerialGC",
            "-Xmx2g",
            "-XX:-UsePerfData",
            "-Xss2m",
            "-XX:PerMethodTrapLimit=0",
            "--enable-native-access=swivel.memory,swivel.cpu,swivel.cli");

    /**
     * Where code is emitted for the guest, C2 costs a run more than it gains (docs/performance.md). C1 is as busy as the guest at first: it
     * gets to our own methods sooner than to others', does not begin with all that was compiled in the rehearsal, and leaves alone what
     * writes class files inside the JDK. A command that C2 serves better starts the JVM again without these (swivel.cli.Restart).
     */
    private static final List<String> EMITTING = List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:CompileCommand=quiet",
            "-XX:CompileCommand=CompileThresholdScaling,swivel.*::*,0.2",
            "-XX:CompileCommand=exclude,jdk.internal.classfile.impl.*::*",
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:-AOTReplayTraining",
            "-Dswivel.emitting=true");

    /** With the AOT cache. It is mapped where it was made for, which saves moving all of it. */
    private static final List<String> CACHED = List.of(
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:ArchiveRelocationMode=0",
            "-Xlog:aot=off",
            "-Xlog:cds=off",
            "-Dswivel.cached=true");

    private final Path home;
    private final Path target;
    private final Path log;

    private final Path modules;
    private final Path aot;
    private final Path made;

    private Build(Path home) {
        this.home = home;
        target = home.resolve("cli/target");
        log = target.resolve("build.log");
        modules = target.resolve("modules");
        aot = target.resolve("swivel.aot");
        made = target.resolve("swivel.aot.made");
    }

    public static void main(String[] arguments) {
        Build build = new Build(Path.of(arguments[0]));
        try {
            System.exit(build.run(arguments.length > 1));
        } catch (InterruptedException | IOException | RuntimeException e) {
            say("cannot build: " + reason(e) + build.fullDisk());
            System.exit(UNAVAILABLE);
        }
    }

    private static void say(String line) {
        System.err.println("swivel: " + line);
    }

    private static String reason(Exception e) {
        return e instanceof FileSystemException file
                ? file.getFile() + ": " + (file.getReason() == null ? e.getClass().getSimpleName() : file.getReason())
                : String.valueOf(e.getMessage());
    }

    private String fullDisk() {
        try {
            boolean full = Files.getFileStore(home).getUsableSpace() < FULL_BYTES;
            return full ? "; the disk that holds " + home + " is full" : "";
        } catch (IOException _) {
            return "";
        }
    }

    private int run(boolean onlyCache) throws IOException, InterruptedException {
        Files.createDirectories(target);
        Path file = target.resolve("build.lock");
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                say("another build is running here (process " + owner(channel) + "); waiting for it");
                lock = channel.lock();
                return WAITED;
            }
            channel.truncate(0);
            int _ = channel.write(StandardCharsets.US_ASCII.encode(ProcessHandle.current().pid() + "\n"));
            return onlyCache ? cacheAgain() : build();
        }
    }

    private static String owner(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(20);
        int _ = channel.read(bytes, 0);
        String owner = StandardCharsets.US_ASCII.decode(bytes.flip()).toString().strip();
        return owner.isEmpty() ? "unknown" : owner;
    }

    private int cacheAgain() throws IOException, InterruptedException {
        say("the start-up cache is not the one that was made here; making it again");
        if (cache()) {
            return 0;
        }
        say("it could not be made, so each start takes longer; " + log + " says why" + fullDisk());
        return UNAVAILABLE;
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

    private int build() throws IOException, InterruptedException {
        say("building (a minute on first use; log: " + log + ")");
        Path stamp = target.resolve("built");
        FileTime start = FileTime.from(Instant.now());
        for (Path old : List.of(stamp, made, aot, target.resolve("jdk"))) {
            boolean _ = Files.deleteIfExists(old);
        }
        if (Files.isDirectory(modules)) {
            try (Stream<Path> jars = Files.list(modules)) {
                for (Path jar : (Iterable<Path>) jars::iterator) {
                    Files.delete(jar);
                }
            }
        }
        Files.write(log, new byte[0]);
        int status = execute("mvn", "-B", "-q", "-Dmaven.test.skip=true", "-Dspotless.check.skip=true", "package");
        if (status != 0) {
            try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
                lines.filter(line -> line.startsWith("[ERROR]"))
                        .limit(SHOWN_ERRORS)
                        .forEach(System.err::println);
            }
            say("the build failed" + fullDisk() + "; the whole log is in " + log);
            return UNAVAILABLE;
        }
        newerClassFiles(modules);
        boolean emits = "Linux amd64".equals(System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        Path _ = options(PLAIN, ALWAYS);
        Path _ = options("start.options", emits ? join(ALWAYS, EMITTING) : ALWAYS);
        Path _ = options("aot.options", CACHED);
        if (!cache()) {
            say("the start-up cache could not be made, so each start takes longer; the log says why" + fullDisk());
        }
        Files.writeString(target.resolve("jdk"), System.getProperty("java.home") + "\n");
        // Sources that changed while it was built are newer than the stamp.
        Path next = Files.setLastModifiedTime(Files.write(target.resolve("built.next"), new byte[0]), start);
        Files.move(next, stamp, StandardCopyOption.ATOMIC_MOVE);
        return 0;
    }

    /** Else the AOT cache takes no classes of old libraries; without that all works, slower. */
    private void newerClassFiles(Path modules) throws IOException {
        try {
            NewerClassFiles.main(new String[] {modules.toString()});
        } catch (IOException | RuntimeException e) {
            try (PrintStream out = new PrintStream(Files.newOutputStream(log, StandardOpenOption.APPEND))) {
                e.printStackTrace(out);
            }
        }
    }

    /**
     * A rehearsal leaves the classes that every start needs loaded and linked in a cache, for which the boot of a real kernel is best.
     * Kernels are prepared in it as if for the first time.
     */
    private void rehearse() throws IOException, InterruptedException {
        Path scratch = target.resolve("rehearsal");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + target.resolve(PLAIN),
                "-p",
                modules.toString(),
                "-XX:AOTCacheOutput=" + aot,
                "-m",
                "swivel.cli/swivel.cli.Main",
                "rehearse"));
        Path linux = userCache().resolve("guests/linux-v7/vmlinux");
        if (Files.exists(linux)) {
            command.addAll(List.of("--kernel", linux.toString()));
        }
        int status = start(command, scratch);
        if (status != 0) {
            boolean _ = Files.deleteIfExists(aot);
        }
        if (Files.isDirectory(scratch)) {
            try (Stream<Path> files = Files.walk(scratch)) {
                files.map(Path::toFile).toList().reversed().forEach(File::delete);
            }
        }
    }

    /** As the launcher has it, which sets HOME. */
    private static Path userCache() {
        String set = System.getenv().getOrDefault("SWIVEL_CACHE", "");
        return set.isEmpty() ? Path.of(System.getenv("HOME"), ".cache", "swivel") : Path.of(set);
    }

    private int execute(String... command) throws IOException, InterruptedException {
        return start(Arrays.asList(command), null);
    }

    private int start(List<String> command, Path cache) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        if (cache != null) {
            builder.environment().put("SWIVEL_CACHE", cache.toString());
        }
        Process process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        process.getOutputStream().close();
        return process.waitFor();
    }

    private Path options(String name, List<String> options) throws IOException {
        return Files.write(target.resolve(name), options);
    }

    private static List<String> join(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }
}
