package swivel.lpv.source;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import swivel.lpv.source.AsmText.Context;
import swivel.lpv.source.SourceScanner.Kind;

/** One source file: what in it is sensitive, and its rewritten text. */
final class SourceFile {
    /** Keeps every byte, whatever the file's encoding is. */
    static final Charset BYTES = StandardCharsets.ISO_8859_1;

    /** Gives the line that follows its number back, where there was no line to put the macros on. */
    static final String LINE_DIRECTIVE = "#line ";

    /** {@code tbl .req r8}. */
    private static final Pattern ALIAS =
            Pattern.compile("(?<![\\w.\\\\])([A-Za-z_\\\\][\\w\\\\]*)[ \\t]+\\.req[ \\t]+([\\w\\\\]+)");

    private static final Pattern WORD = Pattern.compile("\\\\?[A-Za-z_]\\w*");

    /** What only ARM assembler has, of 32 bits. */
    private static final Pattern ARM_TEXT = Pattern.compile(
            "\\b(m[cr]r\\s+p1[45]|stmfd|ldmfd|stmdb|ldmia|stmia|p15)\\b|\\b\\.(arm|thumb)\\b|\\.arch\\s+armv[4-7]");

    private final Path path;
    private final Kind kind;
    private final String text;
    private final Effort effort;
    private final SourceScanner scanner;
    private final List<Edit> edits = new ArrayList<>();

    /** Where lines end; null if nobody asked. */
    private int[] newlines;

    private final List<SiteFinder.Doubt> doubts = new ArrayList<>();

    /**
     * Takes a file apart.
     *
     * @param path relative to the tree
     */
    SourceFile(Path path, byte[] content) {
        this.path = path;
        this.text = new String(content, BYTES);
        this.kind = kind(path, text);
        this.effort = new Effort(text.length());
        this.scanner = new SourceScanner(text, kind, effort).scan();
    }

    /** What kind of source a file is, by its name; null if it is none. */
    static Kind kind(String name) {
        String plain = name.endsWith("_shipped") ? name.substring(0, name.length() - "_shipped".length()) : name;
        int dot = plain.lastIndexOf('.');
        if (dot < 0) {
            return null;
        }
        return switch (plain.substring(dot + 1)) {
            case "S", "sx", "asm" -> Kind.ASSEMBLER;
            case "s" -> Kind.RAW_ASSEMBLER;
            case "c", "cc", "cpp", "cxx", "C" -> Kind.C;
            case "h", "hh", "hpp", "hxx", "inc", "inl", "mac", "macro" -> Kind.HEADER;
            default -> null;
        };
    }

    /** An include file of the assembler is not preprocessed, which can be told if it has no directive. */
    private static Kind kind(Path path, String text) {
        String name = path.getFileName().toString();
        Kind kind = kind(name);
        boolean raw = kind == Kind.HEADER
                && !name.toLowerCase(Locale.ROOT).endsWith("h")
                && SourceScanner.looksLikeAssembler(text)
                && !Pattern.compile("(?m)^[ \\t]*#").matcher(text).find();
        return raw ? Kind.RAW_ASSEMBLER : kind;
    }

    Path path() {
        return path;
    }

    /** Adds the macros that are defined here. */
    void addMacros(GasMacros macros) {
        scanner.texts().forEach(macros::add);
    }

    /** Adds the calls of macros. */
    void addCalls(GasMacros macros) {
        scanner.texts().forEach(macros::addCalls);
    }

    /** Finds what is sensitive. */
    void find(GasMacros macros) {
        SiteFinder finder = new SiteFinder(macros, pcAliases(), edits::add, doubts::add);
        scanner.texts().forEach(finder::find);
        edits.removeIf(edit -> scanner.conditions().neverArm(edit.offset()));
        edits.sort(Comparator.comparingInt(Edit::offset));
    }

    /** Whether there is an instruction here that only ARM of 32 bits has. */
    boolean isCertainlyArm() {
        return edits.stream()
                .anyMatch(edit -> edit.armOnly() || scanner.conditions().onlyArm(edit.offset()));
    }

    /** Leaves the file alone if neither its name nor its content say that it is for ARM. */
    void leaveIfNotArm() {
        if (edits.isEmpty() || Architecture.of(path) == Architecture.ARM || isCertainlyArm()) {
            return;
        }
        boolean arm = scanner.texts().stream()
                .anyMatch(asm -> asm.context() != Context.STRING
                        && ARM_TEXT.matcher(asm.substring(0, asm.length())).find());
        if (!arm) {
            edits.forEach(edit -> doubts.add(new SiteFinder.Doubt(
                    edit.offset(),
                    edit.original(),
                    "may be of another architecture: nothing in the file says that it is ARM")));
            edits.clear();
        }
    }

    private Set<String> pcAliases() {
        Set<String> aliases = new HashSet<>();
        if (text.contains(".req")) {
            Matcher matcher = ALIAS.matcher(text);
            while (matcher.find()) {
                if (matcher.group(2).matches("(?i)pc|r15")) {
                    aliases.add(matcher.group(1));
                }
            }
        }
        return aliases;
    }

    List<Edit> edits() {
        return edits;
    }

    List<SiteFinder.Doubt> doubts() {
        return doubts;
    }

    /** The number of the line that a place is in, from 1. */
    int line(int offset) {
        if (newlines == null) {
            newlines = IntStream.range(0, text.length())
                    .filter(i -> text.charAt(i) == '\n')
                    .toArray();
        }
        int found = Arrays.binarySearch(newlines, offset);
        return 1 + (found < 0 ? -found - 1 : found);
    }

    /** Adds the words in the operands of what is sensitive: some may be names that {@code .req} gave to registers. */
    void addOperandNames(Set<String> names) {
        for (Edit edit : edits) {
            Matcher matcher = WORD.matcher(edit.original());
            while (matcher.find()) {
                names.add(matcher.group());
            }
        }
    }

    /**
     * The text with what is sensitive rewritten, or null if nothing is.
     *
     * @param aliases names of registers that the macros must know
     * @param header where the macros are, from the directory of this file
     */
    byte[] rewritten(Set<String> aliases, String header) {
        TreeMap<Integer, Edit> all = new TreeMap<>();
        edits.forEach(edit -> all.put(edit.offset(), edit));
        addAliases(aliases, all);
        if (all.isEmpty()) {
            return null;
        }
        StringBuilder out = new StringBuilder(text.length() + text.length() / 2);
        int copied = 0;
        for (Edit edit : all.values()) {
            out.append(text, copied, edit.offset()).append(edit.replacement());
            copied = edit.offset() + edit.length();
        }
        out.append(text, copied, text.length());
        if (!hasMacros(header)) {
            insertMacros(out, List.copyOf(all.keySet()), header);
        }
        return out.toString().getBytes(BYTES);
    }

    private boolean hasMacros(String header) {
        return kind == Kind.RAW_ASSEMBLER ? text.contains(".Llpv_defined") : text.contains('"' + header + '"');
    }

    /** Behind {@code tbl .req r8}: the same for the macros, in the same line. */
    private void addAliases(Set<String> aliases, Map<Integer, Edit> all) {
        if (!text.contains(".req")) {
            return;
        }
        Matcher matcher = ALIAS.matcher(text);
        while (matcher.find()) {
            String name = matcher.group(1);
            if (aliases.contains(name) && !text.startsWith("; lpv_register", matcher.end())) {
                String added = "; lpv_register " + name + ", .Llpv_" + matcher.group(2);
                all.put(matcher.end(), new Edit(matcher.end(), 0, added, "", "", null, true, false));
            }
        }
    }

    /** Puts the macros in front of all that use them, on a line that is blank or a comment, so that no line moves. */
    private void insertMacros(StringBuilder out, List<Integer> uses, String header) {
        List<Integer> places = scanner.conditions().before(uses);
        if (kind == Kind.RAW_ASSEMBLER) {
            int place = places.isEmpty() ? 0 : places.getFirst();
            out.insert(place, String.join(";", MacroLibrary.lines()) + ";");
            return;
        }
        String include = "#include \"" + header + "\"";
        for (int place : places) {
            int end = text.indexOf('\n', place);
            String line = text.substring(place, end < 0 ? text.length() : end);
            if (line.isBlank()) {
                out.insert(place, include);
                return;
            }
            if (line.startsWith("/*") || line.startsWith("//")) {
                out.insert(place, include + " ");
                return;
            }
        }
        int place = places.isEmpty() ? 0 : places.getFirst();
        out.insert(place, include + "\n" + LINE_DIRECTIVE + line(place) + "\n");
    }
}
