package swivel.cli;

import static swivel.cli.CommandLayout.argument;
import static swivel.cli.CommandLayout.option;
import static swivel.cli.CommandLayout.texts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import swivel.formats.ImageException;
import swivel.lpv.ElfComparison;
import swivel.lpv.report.Printable;

/** {@code swivel compare}: what {@code make equivalence} asks of each kernel and its modules. */
final class CompareCommand implements Callable<Integer> {
    private Path left;
    private Path right;
    private int limit;
    private Set<String> bugs = Set.of();

    private long files;
    private long codeWords;
    private long dataBytes;
    private long differences;
    private long explainedDifferences;

    CommandSpec layout() {
        return CommandLayout.command(
                        "compare",
                        this,
                        "Compares two ELF files, or all of two folders, word by word: code, data and relocations, not"
                                + " symbols."
                                + " Ends with status 1 if they differ.")
                .addPositional(argument(Path.class, file -> left = file, 0)
                        .paramLabel("A")
                        .description("ELF file or folder")
                        .build())
                .addPositional(argument(Path.class, file -> right = file, 1)
                        .paramLabel("B")
                        .description("Another")
                        .build())
                .addOption(option(Integer.class, lines -> limit = lines, "--limit")
                        .paramLabel("N")
                        .defaultValue("20")
                        .converters(new WholeNumber.Lines())
                        .description("List so many differences of each file (default: ${DEFAULT-VALUE})")
                        .build())
                .addOption(texts(messages -> bugs = Set.copyOf(messages), "--bug-line")
                        .paramLabel("MESSAGE")
                        .description(
                                "Another line number stored for a BUG with this message is listed, and is no failure")
                        .build());
    }

    @Override
    public Integer call() throws ImageException {
        if (Files.isDirectory(left) && Files.isDirectory(right)) {
            NavigableSet<Path> names = new TreeSet<>(elfFiles(left));
            names.addAll(elfFiles(right));
            for (Path name : names) {
                compare(name.toString(), left.resolve(name), right.resolve(name));
            }
        } else {
            compare(right.toString(), left, right);
        }
        if (files == 0) {
            throw Failure.badInput("no ELF files (vmlinux, *.ko, *.o) in " + left + " and " + right);
        }
        System.out.printf(
                "%,d files, %,d words of code, %,d bytes of data: %s%n",
                files,
                codeWords,
                dataBytes,
                differences == 0
                        ? "identical"
                        : "%,d differences, %,d of them explained".formatted(differences, explainedDifferences));
        return differences == explainedDifferences ? ExitStatus.OK : ExitStatus.FOUND;
    }

    private void compare(String name, Path a, Path b) throws ImageException {
        files++;
        if (!Files.exists(a) || !Files.exists(b)) {
            differences++;
            System.out.println(Printable.line(name + ": only in " + (Files.exists(a) ? left : right)));
            return;
        }
        ElfComparison comparison = ElfComparison.of(
                InputFile.read(a, "file"), a.toString(), InputFile.read(b, "file"), b.toString(), bugs);
        codeWords += comparison.codeWords();
        dataBytes += comparison.dataBytes();
        int count = comparison.differences().size();
        differences += count;
        explainedDifferences += comparison.explained();
        comparison.differences().stream()
                .limit(limit)
                .forEach(line -> System.out.println(Printable.line(name + ": " + line)));
        if (count > limit) {
            System.out.printf("%s: and %,d more%n", Printable.line(name), count - limit);
        }
    }

    private static NavigableSet<Path> elfFiles(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            NavigableSet<Path> found = new TreeSet<>();
            all.filter(CompareCommand::isElfByName).map(folder::relativize).forEach(found::add);
            return found;
        } catch (IOException e) {
            throw Failure.badInput("folder " + folder + " " + InputFile.reason(e));
        }
    }

    private static boolean isElfByName(Path file) {
        String name = file.getFileName().toString();
        return name.equals("vmlinux") || name.endsWith(".ko") || name.endsWith(".o");
    }
}
