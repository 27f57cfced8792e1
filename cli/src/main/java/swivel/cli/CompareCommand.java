package swivel.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import swivel.lpv.ElfComparison;
import swivel.lpv.ImageException;

/** {@code swivel compare}: what {@code make equivalence} asks of each kernel and its modules. */
final class CompareCommand implements Command {
    private Path left;
    private Path right;
    private int limit = 20;
    private final List<String> explained = new ArrayList<>();
    private final Syntax syntax = new Syntax(
                    "swivel compare",
                    "Compares two ELF files, or all of two folders, word by word: code, data and relocations, not symbols."
                            + " Ends with status 1 if they differ.")
            .operand("A", text -> left = Path.of(text), "ELF file or folder")
            .operand("B", text -> right = Path.of(text), "Another")
            .option(
                    "--limit",
                    "N",
                    text -> limit = Syntax.number(text),
                    "List so many differences of each file (default: 20)")
            .options(
                    "--explained",
                    "SECTION",
                    explained::add,
                    "Words that differ in this section of data are listed, and are no failure");

    private long files;
    private long codeWords;
    private long dataBytes;
    private long differences;
    private long explainedDifferences;

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public int run() throws ImageException {
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

    /** Whether it is a word of a section whose words may differ: its name, then the address. */
    private boolean isExplained(String difference) {
        return explained.stream().anyMatch(section -> difference.startsWith(section + " "));
    }

    private void compare(String name, Path a, Path b) throws ImageException {
        files++;
        if (!Files.exists(a) || !Files.exists(b)) {
            differences++;
            System.out.printf("%s: only in %s%n", name, Files.exists(a) ? left : right);
            return;
        }
        ElfComparison comparison =
                ElfComparison.of(InputFile.read(a, "file"), a.toString(), InputFile.read(b, "file"), b.toString());
        codeWords += comparison.codeWords();
        dataBytes += comparison.dataBytes();
        int count = comparison.differences().size();
        differences += count;
        explainedDifferences +=
                comparison.differences().stream().filter(this::isExplained).count();
        comparison.differences().stream().limit(limit).forEach(line -> System.out.println(name + ": " + line));
        if (count > limit) {
            System.out.printf("%s: and %,d more%n", name, count - limit);
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
