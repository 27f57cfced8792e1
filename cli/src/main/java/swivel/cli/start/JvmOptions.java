package swivel.cli.start;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The options that Swivel's JVM is started with: what they are, in which files the launcher finds them, and which of
 * them hold in this JVM.
 */
public final class JvmOptions {
    /** For a start: where code can be emitted for the guest, as that wants it. */
    static final String START = "start.options";

    /** For the start of a JVM that compiles with C2. */
    static final String C2 = "restart.options";

    /** To be added where the AOT cache is used. */
    private static final String CACHE = "aot.options";

    /** Set by the options for emitted code. */
    private static final String EMITTING = "swivel.emitting";

    /** Set where the JVM is given an AOT cache. */
    private static final String CACHED = "swivel.cached";

    /**
     * For every start. The serial collector starts fastest and is smallest (the guest's RAM is outside the heap).
     * Without the limit C2 prunes what its profile has not seen of the interpreter and throws the code away when it
     * comes (docs/decisions.md). The heap's bound is for large files; a guest cannot fill more than an eighth of it
     * (docs/memory.md), and small hosts and containers must not lower it.
     */
    private static final List<String> ALWAYS = List.of(
            "-XX:+UseSerialGC",
            "-Xmx2g",
            "-XX:-UsePerfData",
            "-Xss2m",
            "-XX:PerMethodTrapLimit=0",
            "--enable-native-access=swivel.memory,swivel.cpu,swivel.cli");

    /**
     * Where code is emitted for the guest, C2 costs a run more than it gains (docs/performance.md). C1 is as busy as
     * the guest at first: it gets to our own methods sooner than to others', does not begin with all that was compiled
     * in the rehearsal, leaves alone what writes class files inside the JDK and what fills our tables once. What the
     * JDK checks at each access to memory outside the heap is in many small methods, which C1 would stop inlining
     * half-way, as it would not inline what each walk of guest tables asks. What C1 took while it was busy, some
     * 10 MiB, is given back within a second where the C library can. A trap makes some small objects: a young
     * generation that fits into the host's caches leaves room there for the guest's memory. Each page of the heap that
     * is touched first costs a fault of the host: huge pages save most of them, where the host has them for those who
     * ask; where it has not, the JVM would say so. A command that C2 serves better starts the JVM again without these
     * ({@link Restart}).
     */
    private static final List<String> FOR_EMITTED_CODE = List.of(
            "-XX:TieredStopAtLevel=1",
            "-Xmn16m",
            "-XX:+UseTransparentHugePages",
            "-Xlog:pagesize=off",
            "-XX:TrimNativeHeapInterval=1000",
            "-Xlog:trimnative=off",
            "-XX:CompileCommand=quiet",
            "-XX:CompileCommand=CompileThresholdScaling,swivel.*::*,0.2",
            "-XX:CompileCommand=exclude,jdk.internal.classfile.impl.*::*",
            "-XX:CompileCommand=exclude,swivel.arm.*::<clinit>",
            "-XX:CompileCommand=inline,jdk.internal.misc.Unsafe::*",
            "-XX:CompileCommand=inline,jdk.internal.foreign.*::*",
            "-XX:CompileCommand=inline,swivel.memory.GuestMemory::*",
            "-XX:CompileCommand=inline,swivel.vmm.SystemRegisters::*",
            "-XX:CompileCommand=inline,swivel.vmm.Registers::operand",
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:-AOTReplayTraining",
            "-D" + EMITTING + "=true");

    /** With the AOT cache. It is mapped where it was made for, which saves moving all of it. */
    private static final List<String> WITH_CACHE = List.of(
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:ArchiveRelocationMode=0",
            "-Xlog:aot=off",
            "-Xlog:cds=off",
            "-D" + CACHED + "=true");

    private JvmOptions() {}

    /** Leaves the files in a directory for the launcher. */
    static void write(Path directory) throws IOException {
        boolean emits = "Linux amd64".equals(System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        List<String> start = emits
                ? Stream.concat(ALWAYS.stream(), FOR_EMITTED_CODE.stream()).toList()
                : ALWAYS;
        Path _ = Files.write(directory.resolve(START), start);
        Path _ = Files.write(directory.resolve(C2), ALWAYS);
        Path _ = Files.write(directory.resolve(CACHE), WITH_CACHE);
    }

    /** Whether this JVM has the options for emitted code. */
    static boolean areForEmittedCode() {
        return Boolean.getBoolean(EMITTING);
    }

    /** Whether this JVM was given an AOT cache and did not take it. */
    public static boolean cacheRefused() {
        return Boolean.getBoolean(CACHED)
                && !System.getProperty("java.vm.info", "").contains("sharing");
    }
}
