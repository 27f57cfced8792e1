package swivel.lpv.source;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.Pattern;

/** What of a tree the macros do not reach, by what its makefiles and scripts say. */
final class Unreached {
    private static final Pattern MAKEFILE = Pattern.compile(
            "(?i)(?:gnu)?makefile.*|kbuild.*|cmakelists\\.txt|meson\\.build"
                    + "|build(?:\\.bazel)?|scons(?:truct|cript)|configure(?:\\.ac)?|.*\\.(?:mk|mak|make|cmake|gni?|bzl|ninja)");

    private static final Pattern SCRIPT = Pattern.compile(".*\\.(?:pl|py|awk|sh|rb|lua|tcl|m4|tbl)");

    /** Link-time optimization, as GCC, CMake and Meson call it. */
    private static final Pattern LTO = Pattern.compile("-flto\\b|\\bINTERPROCEDURAL_OPTIMIZATION\\b|\\bb_lto\\b");

    /** A word, also right behind an escape such as {@code \t}. */
    private static final Pattern WORD = Pattern.compile("\\\\[nt]|[A-Za-z][\\w.]*+");

    private static final String COMPLETED = "stays as it is; complete what is built with swivel patch, too";

    private final Collection<Path> optimized = new ConcurrentSkipListSet<>();
    private final Collection<Path> generators = new ConcurrentSkipListSet<>();

    /** Whether a file of this name may tell of something. */
    static boolean mayTell(Path file) {
        String name = file.getFileName().toString();
        return MAKEFILE.matcher(name).matches() || SCRIPT.matcher(name).matches();
    }

    /** Takes note of what a file tells; of several at once. */
    void look(Path file, String text) {
        if (MAKEFILE.matcher(file.getFileName().toString()).matches()) {
            if (LTO.matcher(text).find()) {
                optimized.add(file);
            }
        } else if ((Architecture.of(file) == Architecture.ARM || SourceFile.isArm(text)) && hasSensitive(text)) {
            generators.add(file);
        }
    }

    private static boolean hasSensitive(String text) {
        return WORD.matcher(text)
                .results()
                .map(word -> Mnemonic.of(word.group()))
                .anyMatch(mnemonic -> mnemonic != null
                        && switch (mnemonic.kind()) {
                            case ACCESS_STEM, RETURN_STEM, ENCODED -> false;
                            case MULTIPLE -> text.contains("}^");
                            default -> true;
                        });
    }

    /** What a person should know, a line for each kind; maybe none. */
    List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        if (!optimized.isEmpty()) {
            remarks.add("link-time optimization is in %s; what is compiled with it %s"
                    .formatted(some(optimized), COMPLETED));
        }
        if (!generators.isEmpty()) {
            remarks.add("assembler for ARM seems to be made by %s; what a build makes so %s"
                    .formatted(some(generators), COMPLETED));
        }
        return remarks;
    }

    private static String some(Collection<Path> files) {
        Path first = files.iterator().next();
        return files.size() == 1 ? first.toString() : "%s and %,d more".formatted(first, files.size() - 1);
    }
}
