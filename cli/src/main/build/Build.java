import java.io.IOException;
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
import java.util.List;
import java.util.stream.Stream;

/**
 * Builds Swivel where nothing of it is compiled yet: has Maven make the modules, and these prepare their own fast
 * start.
 *
 * <p>The launcher runs it when something is missing or old: {@code java Build.java HOME}; with {@code cache} behind it,
 * when only the AOT cache is not what it was. Two at once do not build twice: the second waits and ends with
 * {@link #WAITED}, so that its launcher looks again. What keeps them apart is a lock of the operating system, which no
 * process leaves behind, however it ends.
 */
final class Build {
    /** It cannot be built here: sysexits' EX_UNAVAILABLE. */
    private static final int UNAVAILABLE = 69;

    /** Another one has built meanwhile: sysexits' EX_TEMPFAIL. */
    private static final int WAITED = 75;

    /** What is built starts, but each start takes longer: a status of {@code Preparation}. */
    private static final int NO_CACHE = 3;

    private static final int SHOWN_ERRORS = 20;
    private static final long FULL_BYTES = 1 << 20;

    private final Path home;
    private final Path target;
    private final Path log;
    private final Path modules;

    private Build(Path home) {
        this.home = home;
        target = home.resolve("cli/target");
        log = target.resolve("build.log");
        modules = target.resolve("modules");
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
        if (prepare("cache") == 0) {
            return 0;
        }
        say("it could not be made, so each start takes longer; " + log + " says why" + fullDisk());
        return UNAVAILABLE;
    }

    private int build() throws IOException, InterruptedException {
        say("building (a minute on first use; log: " + log + ")");
        Path stamp = target.resolve("built");
        FileTime start = FileTime.from(Instant.now());
        for (String old : List.of("built", "swivel.aot.made", "swivel.aot", "jdk")) {
            boolean _ = Files.deleteIfExists(target.resolve(old));
        }
        if (Files.isDirectory(modules)) {
            try (Stream<Path> jars = Files.list(modules)) {
                for (Path jar : (Iterable<Path>) jars::iterator) {
                    Files.delete(jar);
                }
            }
        }
        Files.write(log, new byte[0]);
        int status = execute(List.of("mvn", "-B", "-q", "-Dmaven.test.skip=true", "-Dspotless.check.skip=true", "package"));
        status = status == 0 ? prepare() : status;
        if (status != 0 && status != NO_CACHE) {
            try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
                lines.filter(line -> line.startsWith("[ERROR]"))
                        .limit(SHOWN_ERRORS)
                        .forEach(System.err::println);
            }
            say("the build failed" + fullDisk() + "; the whole log is in " + log);
            return UNAVAILABLE;
        }
        if (status == NO_CACHE) {
            say("the start-up cache could not be made, so each start takes longer; the log says why" + fullDisk());
        }
        Files.writeString(target.resolve("jdk"), System.getProperty("java.home") + "\n");
        // Sources that changed while it was built are newer than the stamp.
        Path next = Files.setLastModifiedTime(Files.write(target.resolve("built.next"), new byte[0]), start);
        Files.move(next, stamp, StandardCopyOption.ATOMIC_MOVE);
        return 0;
    }

    /** What makes starts fast is a part of the program: {@code swivel.cli.start}. Returns its status. */
    private int prepare(String... what) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-p",
                modules.toString(),
                "-m",
                "swivel.cli/swivel.cli.start.Preparation",
                target.toString()));
        command.addAll(List.of(what));
        return execute(command);
    }

    private int execute(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        process.getOutputStream().close();
        return process.waitFor();
    }
}
