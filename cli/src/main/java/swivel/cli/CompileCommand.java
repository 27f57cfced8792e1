package swivel.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import swivel.formats.ImageException;
import swivel.formats.elf.ElfFile;
import swivel.lpv.FileRewriter;
import swivel.lpv.report.FileReport;

/**
 * {@code swivel cc} and {@code swivel as}: a compiler or an assembler that is called as always, and whose objects are
 * rewritten. So a build makes a rewritten kernel of sources that nobody touches.
 */
final class CompileCommand implements Callable<Integer> {
    /** What a shell says of a command that it cannot run. */
    private static final int NOT_RUN = 127;

    /** Of GCC's intermediate code, in its own sections, and of LLVM's, which is no ELF. */
    private static final String GCC_CODE = ".gnu.lto_";

    private static final byte[] LLVM_CODE = {'B', 'C', (byte) 0xc0, (byte) 0xde};

    private final String name;
    private final String description;
    private final Function<List<String>, CompilerCall> reader;
    private List<String> command = List.of();

    private CompileCommand(String name, String description, Function<List<String>, CompilerCall> reader) {
        this.name = name;
        this.description = description;
        this.reader = reader;
    }

    static CompileCommand cc() {
        return new CompileCommand(
                "cc",
                "Runs a compiler and rewrites the objects that it makes: make CC=\"swivel cc arm-linux-gnueabi-gcc\"."
                        + " What it links is left as it is.",
                CompilerCall::ofCompiler);
    }

    static CompileCommand as() {
        return new CompileCommand(
                "as",
                "Runs an assembler and rewrites the object that it makes: make AS=\"swivel as arm-linux-gnueabi-as\".",
                CompilerCall::ofAssembler);
    }

    CommandSpec layout() {
        CommandSpec spec = CommandLayout.command(name, this, description);
        spec.parser().stopAtPositional(true);
        return spec.addPositional(PositionalParamSpec.builder()
                .index("0..*")
                .arity("1..*")
                .required(true)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .paramLabel("COMMAND")
                .description("The command and its arguments, which are passed on as they are")
                .getter(this::command)
                .setter(this::setCommand)
                .build());
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // picocli's interface
    private <T> T command() {
        return (T) command;
    }

    @SuppressWarnings("unchecked") // picocli's interface; it converts to strings
    private <T> T setCommand(T words) {
        T old = (T) command;
        command = words == null ? List.of() : List.copyOf((List<String>) words);
        return old;
    }

    @Override
    public Integer call() throws ImageException {
        int status = run();
        CompilerCall call = reader.apply(command.subList(1, command.size()));
        int rewritten = ExitStatus.OK;
        for (Path object : call.objects()) {
            rewritten = Math.max(rewritten, rewrite(object)); // also one of several that were to be made
        }
        if (call.linked() != null && status == ExitStatus.OK) {
            lookAt(call.linked());
        }
        return status == ExitStatus.OK ? rewritten : status;
    }

    /** The command, with this process's input and output; its status as a shell has it. */
    private int run() {
        Process process;
        try {
            process = new ProcessBuilder(command).inheritIO().start();
        } catch (IOException _) {
            Main.say("cannot run " + command.getFirst() + "; is it installed, and in the PATH?");
            return NOT_RUN;
        }
        Thread end = new Thread(process::destroy);
        Runtime.getRuntime().addShutdownHook(end);
        try {
            return process.waitFor();
        } catch (InterruptedException _) {
            process.destroy();
            Thread.currentThread().interrupt();
            return NOT_RUN;
        } finally {
            OutputFile.removeHook(end);
        }
    }

    /** Rewrites an object, if it is one for 32-bit ARM; deletes it if that fails, or make would take it for done. */
    private static int rewrite(Path object) {
        if (!Files.isRegularFile(object)) {
            return ExitStatus.OK; // none was made, or it goes to /dev/null
        }
        try {
            rewriteObject(object);
            return ExitStatus.OK;
        } catch (ImageException | Failure e) {
            return complain(e.getMessage() + "; " + object + (delete(object) ? " was deleted" : " is to be deleted"));
        }
    }

    private static boolean delete(Path object) {
        try {
            return Files.deleteIfExists(object);
        } catch (IOException _) {
            return false;
        }
    }

    private static void rewriteObject(Path object) throws ImageException {
        byte[] content = InputFile.read(object, "object");
        if (isIntermediate(content)) {
            Main.say(object + " holds a compiler's intermediate code (-flto), of which the linker makes instructions;"
                    + " rewrite what it links with 'swivel patch'");
            return;
        }
        if (!isForArm(content) || !ElfFile.read(content, object.toString()).hasCodeSections()) {
            return;
        }
        FileRewriter.Result result = new FileRewriter(true, false, true, () -> {}).named(content, object.toString());
        if (result.content() != null) {
            OutputFile.write(object, result.content());
        }
        Remarks.say(List.of(result));
        int doubtful = result.reports().getFirst().doubtful();
        if (doubtful > 0) {
            String places =
                    doubtful == 1 ? "a place stays as it is" : "%,d places stay as they are".formatted(doubtful);
            Main.say(object + ": " + places + ", as 'swivel scan' says");
        }
    }

    private static int complain(String line) {
        Main.say(line);
        return ExitStatus.BAD_INPUT;
    }

    /** Whether the linker makes the code. */
    private static boolean isIntermediate(byte[] content) {
        if (content.length > LLVM_CODE.length
                && Arrays.equals(content, 0, LLVM_CODE.length, LLVM_CODE, 0, LLVM_CODE.length)) {
            return true;
        }
        try {
            return isForArm(content)
                    && ElfFile.read(content, "").sections().stream()
                            .anyMatch(section -> section.name().startsWith(GCC_CODE));
        } catch (ImageException _) {
            return false; // the rewriter says why
        }
    }

    private static boolean isForArm(byte[] content) {
        return ElfFile.recognizes(content) && ElfFile.isForArm(content);
    }

    /** Says of a linked file that it has sensitive instructions: it may be a kernel, made of its sources at once. */
    private static void lookAt(Path linked) {
        List<FileReport> reports = new ArrayList<>();
        try {
            byte[] content = Files.isRegularFile(linked) ? InputFile.read(linked, "file") : new byte[0];
            if (isForArm(content)) {
                reports.addAll(new FileRewriter(false, false, true, () -> {})
                        .named(content, linked.toString())
                        .reports());
            }
        } catch (ImageException | Failure _) {
            return; // a program of whatever kind
        }
        int sensitive =
                reports.stream().mapToInt(report -> report.totals().all()).sum();
        if (sensitive > 0) {
            Main.say("%s has %,d sensitive instructions and is left as it is; if it is a kernel, use 'swivel patch'"
                    .formatted(linked, sensitive));
        }
    }
}
