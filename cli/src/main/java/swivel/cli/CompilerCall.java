package swivel.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * What a call of a compiler or an assembler makes, as GCC, Clang and GAS read their arguments (GCC's manual, "Overall
 * Options"; GAS's, "Command-Line Options").
 *
 * @param objects files with code that is not linked yet, or linked in part ({@code -r})
 * @param linked the program or the library that the linker makes; null if it is not called
 */
record CompilerCall(List<Path> objects, Path linked) {
    private static final CompilerCall NOTHING = new CompilerCall(List.of(), null);
    private static final String DEFAULT_OUTPUT = "a.out";

    /** Options whose value is the next argument. */
    private static final Set<String> VALUED = Set.of(
            ("-o -x -I -D -U -L -l -A -B -G -T -e -u -z -include -imacros -isystem -idirafter -iprefix -iwithprefix"
                            + " -iwithprefixbefore -iquote -isysroot -imultilib -MF -MT -MQ -MJ -Xassembler -Xlinker"
                            + " -Xpreprocessor -Xclang -mllvm -aux-info -dumpbase -dumpbase-ext -dumpdir --param"
                            + " -wrapper -target -arch -specs --sysroot -gcc-toolchain")
                    .split(" "));

    /** Options with which a compiler makes no object. */
    private static final Set<String> WITHOUT_OBJECT = Set.of(
            "-E",
            "-S",
            "-M",
            "-MM",
            "-fsyntax-only",
            "-###",
            "--version",
            "--help",
            "--target-help",
            "-dumpmachine",
            "-dumpversion",
            "-dumpfullversion",
            "-dumpspecs",
            "--precompile",
            "-emit-ast");

    private static final List<String> QUESTIONS = List.of("-print-", "--print-", "--help=");

    /** Files that the linker takes as they are. */
    private static final Set<String> LINKED = Set.of("o", "a", "so", "lo", "ld", "lds");

    /** Response files that name each other are a joke. */
    private static final int MAX_DEPTH = 10;

    /** Arguments of a compiler, without its name; paths are relative to the current directory. */
    static CompilerCall ofCompiler(List<String> arguments) {
        String output = null;
        boolean compiles = false;
        boolean partial = false;
        List<String> inputs = new ArrayList<>();
        Deque<String> left = new ArrayDeque<>(expanded(arguments, 0));
        while (!left.isEmpty()) {
            String argument = left.poll();
            if (WITHOUT_OBJECT.contains(argument) || QUESTIONS.stream().anyMatch(argument::startsWith)) {
                return NOTHING;
            } else if (VALUED.contains(argument)) {
                String value = left.poll();
                output = argument.equals("-o") ? value : output;
            } else if (argument.startsWith("-o")) {
                output = argument.substring(2);
            } else if (argument.equals("-c")) {
                compiles = true;
            } else if (argument.equals("-r") || argument.equals("-Wl,-r")) {
                partial = true;
            } else if (!argument.startsWith("-") || argument.equals("-")) {
                inputs.add(argument);
            }
        }
        if (inputs.isEmpty()) {
            return NOTHING;
        }
        if (compiles && output == null) {
            return new CompilerCall(
                    inputs.stream()
                            .filter(input -> !LINKED.contains(extension(input)))
                            .map(input -> Path.of(stem(input) + ".o"))
                            .toList(),
                    null);
        }
        Path made = Path.of(output == null ? DEFAULT_OUTPUT : output);
        return compiles || partial ? new CompilerCall(List.of(made), null) : new CompilerCall(List.of(), made);
    }

    /** Arguments of an assembler, which makes one object. */
    static CompilerCall ofAssembler(List<String> arguments) {
        String output = DEFAULT_OUTPUT;
        Deque<String> left = new ArrayDeque<>(expanded(arguments, 0));
        while (!left.isEmpty()) {
            String argument = left.poll();
            if (argument.startsWith("--help") || argument.equals("--version") || argument.equals("--target-help")) {
                return NOTHING;
            } else if (argument.equals("-o") && !left.isEmpty()) {
                output = left.poll();
            } else if (argument.startsWith("-o")) {
                output = argument.substring(2);
            }
        }
        return new CompilerCall(List.of(Path.of(output)), null);
    }

    private static String base(String file) {
        return file.substring(file.lastIndexOf('/') + 1);
    }

    private static String extension(String file) {
        String base = base(file);
        return base.substring(base.lastIndexOf('.') + 1);
    }

    private static String stem(String file) {
        String base = base(file);
        int dot = base.lastIndexOf('.');
        return dot < 0 ? base : base.substring(0, dot);
    }

    /** With the content of response files, {@code @FILE}, in their place; one that cannot be read is itself. */
    private static List<String> expanded(List<String> arguments, int depth) {
        List<String> all = new ArrayList<>();
        for (String argument : arguments) {
            Path file = argument.startsWith("@") ? Path.of(argument.substring(1)) : null;
            if (file == null || depth == MAX_DEPTH || !Files.isRegularFile(file)) {
                all.add(argument);
                continue;
            }
            try {
                all.addAll(expanded(words(Files.readString(file, StandardCharsets.ISO_8859_1)), depth + 1));
            } catch (IOException _) {
                all.add(argument);
            }
        }
        return all;
    }

    /** White space separates, but for what is quoted; a backslash takes the next character as it is. */
    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = null;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote == 0 && Character.isWhitespace(c)) {
                if (word != null) {
                    words.add(word.toString());
                    word = null;
                }
                continue;
            }
            word = word == null ? new StringBuilder() : word;
            if (c == '\\' && i + 1 < text.length()) {
                word.append(text.charAt(++i));
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            } else if (c == quote) {
                quote = 0;
            } else {
                word.append(c);
            }
        }
        if (word != null) {
            words.add(word.toString());
        }
        return words;
    }
}
