package swivel.lpv.source;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
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

    /** In the first three bytes of a file it says that the rest is UTF-8. Only there compilers take it. */
    static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

    /** What passes the preprocessor like assembler, and is for the linker. */
    private static final Pattern LINKER_SCRIPT = Pattern.compile("(?m)^[ \\t]*SECTIONS\\s*(\\{|$)");

    /** Where assembler source begins, behind comments and blank lines. */
    private static final Pattern FIRST = Pattern.compile("(?:\\s|/\\*(?s:.)*?\\*/|//.*)*+");

    /** The same where lines that begin with a number sign are comments, and nothing may stand before it. */
    private static final Pattern FIRST_RAW = Pattern.compile("(?:[ \\t]*#.*\\n)*+");

    /** What only ARM assembler has, of 32 bits. */
    private static final Pattern ARM_TEXT = Pattern.compile(
            "\\b(m[cr]r\\s+p1[45]|stmfd|ldmfd|stmdb|ldmia|stmia|p15)\\b|\\b\\.(arm|thumb)\\b|\\.arch\\s+armv[4-7]");

    private final Path path;
    private final Kind kind;
    private final String text;
    private final Effort effort;
    private final SourceScanner scanner;

    /** What is sensitive for a reader; the assembler finds it, too. */
    private final List<Edit> sites = new ArrayList<>();

    /** What is changed in the text. */
    private final List<Edit> edits = new ArrayList<>();

    /** Where something is, or may be, for which the macros are needed. */
    private final List<Integer> uses = new ArrayList<>();

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

    /** Finds what is sensitive, and where macros are needed. */
    void find() {
        for (AsmText asm : scanner.texts()) {
            boolean template = asm.name().equals(AsmText.TEMPLATE);
            if (asm.context() != Context.STRING) {
                SiteFinder.find(asm, sites::add);
                Statements.find(asm, template, edits::add, doubts::add);
            }
        }
        switch (kind(path.getFileName().toString())) {
            case ASSEMBLER, RAW_ASSEMBLER -> {
                if (!scanner.texts().isEmpty() && !LINKER_SCRIPT.matcher(text).find()) {
                    uses.add(first());
                }
            }
            // What is included into assembler finds the macros defined.
            case C, HEADER -> AsmStatements.find(text, effort, uses::add);
        }
        sites.removeIf(site -> isNeverArm(site.offset()));
        edits.removeIf(edit -> isNeverArm(edit.offset()));
        uses.removeIf(this::isNeverArm);
        if (kind == Kind.RAW_ASSEMBLER) {
            int macros = text.indexOf(MacroLibrary.statements());
            int end = macros + MacroLibrary.statements().length();
            sites.removeIf(site -> site.offset() >= macros && site.offset() < end && macros >= 0);
            edits.removeIf(edit -> edit.offset() >= macros && edit.offset() < end && macros >= 0);
        }
        edits.sort(Comparator.comparingInt(Edit::offset));
        edits.stream().filter(edit -> edit.length() > 0).forEach(sites::add);
        sites.sort(Comparator.comparingInt(Edit::offset));
    }

    private boolean isNeverArm(int offset) {
        return scanner.conditions().neverArm(offset);
    }

    private int first() {
        Matcher first = (kind == Kind.ASSEMBLER ? FIRST : FIRST_RAW).matcher(text);
        return first.lookingAt() ? Math.min(first.end(), text.length() - 1) : 0;
    }

    /** Whether there is an instruction here that only ARM of 32 bits has. */
    boolean isCertainlyArm() {
        return sites.stream()
                .anyMatch(site -> site.armOnly() || scanner.conditions().onlyArm(site.offset()));
    }

    /** Whether its name or its content say that the file is for ARM. */
    boolean isForArm() {
        return Architecture.of(path) == Architecture.ARM
                || isCertainlyArm()
                || scanner.texts().stream()
                        .anyMatch(asm -> asm.context() != Context.STRING && isArm(asm.substring(0, asm.length())));
    }

    /** Whether a text has assembler in it that only ARM of 32 bits has. */
    static boolean isArm(CharSequence text) {
        return ARM_TEXT.matcher(text).find();
    }

    /**
     * Leaves alone what another assembler than ARM's would not take: all but the macros in what the preprocessor reads,
     * which are nothing elsewhere.
     */
    void leaveIfNotArm() {
        if (!isForArm()) {
            sites.clear();
            edits.clear();
            doubts.clear();
            if (kind == Kind.RAW_ASSEMBLER) {
                uses.clear();
            }
        }
    }

    List<Edit> sites() {
        return sites;
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

    /**
     * The rewritten text, or null if nothing is to be done.
     *
     * @param header where the macros are, from the directory of this file
     */
    byte[] rewritten(String header) {
        boolean insert = !uses.isEmpty() && !hasMacros(header);
        if (edits.isEmpty() && !insert) {
            return null;
        }
        StringBuilder out = new StringBuilder(text.length() + text.length() / 2);
        int copied = 0;
        for (Edit edit : edits) {
            out.append(text, copied, edit.offset()).append(edit.replacement());
            copied = edit.offset() + edit.length();
        }
        out.append(text, copied, text.length());
        if (insert) {
            insertMacros(out, header);
        }
        return out.toString().getBytes(BYTES);
    }

    private boolean hasMacros(String header) {
        return kind == Kind.RAW_ASSEMBLER ? text.contains(".Llpv_defined") : text.contains('"' + header + '"');
    }

    /** Puts the macros in front of all that use them, on a line that is blank or a comment, so that no line moves. */
    private void insertMacros(StringBuilder out, String header) {
        if (kind == Kind.RAW_ASSEMBLER) {
            out.insert(afterMark(uses.getFirst()), MacroLibrary.statements());
            return;
        }
        List<Integer> places =
                scanner.conditions().before(uses).stream().map(this::afterMark).toList();
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
        int place = places.isEmpty() ? afterMark(0) : places.getFirst();
        out.insert(place, include + "\n" + LINE_DIRECTIVE + line(place) + "\n");
    }

    private int afterMark(int place) {
        return place == 0 && text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length() : place;
    }
}
