package swivel.lpv;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import swivel.arm.InstructionSet;
import swivel.arm.T32;
import swivel.encoding.TrapEncoding;
import swivel.formats.Bytes;
import swivel.formats.ImageException;
import swivel.formats.Symbols;
import swivel.formats.elf.ElfFile;
import swivel.formats.elf.ElfFile.Section;
import swivel.lpv.CodeMap.Range;

/**
 * Whether two ELF files are the same program: the same sections at the same places with the same bytes, code and data,
 * and in objects the same relocations. What is not loaded (symbols, comments) and notes may differ.
 */
public final class ElfComparison {
    private static final int RELOCATION_TYPE = 0xff;

    private final Elf left;
    private final Elf right;
    private final List<String> differences = new ArrayList<>();
    private final BugLines explained;
    private int explainedCount;
    private Symbols symbols;

    /** Stretches of code of the left file, by file offset; null before the first difference. */
    private NavigableMap<Integer, Range> code;

    private long codeWords;
    private long dataBytes;

    private ElfComparison(Elf left, Elf right, Set<String> bugs) {
        this.left = left;
        this.right = right;
        this.explained = new BugLines(left.file(), bugs);
    }

    /**
     * Compares two executables or two objects.
     *
     * @param bugs messages of BUGs whose line number in {@code __bug_table} may differ; that is listed, but
     *     {@link #explained}
     * @throws ImageException if one is not for little-endian 32-bit ARM, or not all of it
     */
    public static ElfComparison of(byte[] left, String leftName, byte[] right, String rightName, Set<String> bugs)
            throws ImageException {
        ElfComparison comparison = new ElfComparison(new Elf(left, leftName), new Elf(right, rightName), bugs);
        comparison.compare();
        return comparison;
    }

    /** One line each, in order of place; empty if the two are the same. */
    public List<String> differences() {
        return List.copyOf(differences);
    }

    /** How many of the differences were to be expected. */
    public int explained() {
        return explainedCount;
    }

    /** How many words of code were compared. */
    public long codeWords() {
        return codeWords;
    }

    /** How many bytes of data were compared. */
    public long dataBytes() {
        return dataBytes;
    }

    private void compare() throws ImageException {
        List<Section> ours = loaded(left);
        List<Section> theirs = loaded(right);
        List<String> names = ours.stream().map(Section::name).toList();
        List<String> otherNames = theirs.stream().map(Section::name).toList();
        if (names.isEmpty() || !names.equals(otherNames)) {
            differences.add("sections: " + String.join(" ", names) + " | " + String.join(" ", otherNames));
            return;
        }
        for (int i = 0; i < ours.size(); i++) {
            compare(ours.get(i), theirs.get(i));
        }
        compareRelocations();
    }

    private static List<Section> loaded(Elf elf) {
        return elf.file().sections().stream().filter(Section::loaded).toList();
    }

    private void compare(Section ours, Section theirs) throws ImageException {
        if (ours.executable()) {
            codeWords += ours.stored() / Integer.BYTES;
        } else {
            dataBytes += ours.stored();
        }
        boolean moved = ours.address() != theirs.address() && !left.file().isRelocatable();
        if (moved || ours.size() != theirs.size() || ours.flags() != theirs.flags()) {
            differences.add(header(ours) + " | " + header(theirs) + firstMoved(ours, theirs));
        } else if (ours.stored() == theirs.stored()) {
            compareBytes(ours, theirs);
        }
    }

    private static String header(Section section) {
        return "%s: %d bytes at %08x, flags 0x%x"
                .formatted(section.name(), section.size(), section.address(), section.flags());
    }

    /** Where to look when a section is longer: the first symbol that is not as far from its start as in the other. */
    private String firstMoved(Section ours, Section theirs) {
        Symbols others = right.symbols();
        String before = "";
        for (int i = 0; i < symbols().size(); i++) {
            long distance = ours.distance(symbols().address(i));
            if (distance < ours.size()) {
                String name = symbols().name(i);
                if (!others.nameAt((int) (theirs.address() + distance)).equals(name)) {
                    return "; the first symbol that moved is " + name + (before.isEmpty() ? "" : ", behind " + before);
                }
                before = name;
            }
        }
        return "";
    }

    private void compareBytes(Section ours, Section theirs) throws ImageException {
        byte[] mine = left.file().bytes();
        byte[] other = right.file().bytes();
        int distance = theirs.offset() - ours.offset();
        int end = ours.offset() + ours.stored();
        int at = ours.offset();
        while (at < end) {
            int equal = Arrays.mismatch(mine, at, end, other, at + distance, end + distance);
            if (equal < 0) {
                return;
            }
            Unit unit = unit(ours, at + equal);
            int address = ours.address() + unit.offset - ours.offset();
            String section = left.file().isRelocatable() ? "" : ours.name() + " ";
            String function = ours.executable() ? " " + symbols().describe(address) : "";
            boolean isExplained = explained.contain(ours, at + equal, lastDifference(unit, distance) + 1);
            explainedCount += isExplained ? 1 : 0;
            differences.add("%s%s%s: %s | %s%s"
                    .formatted(
                            section,
                            left.place(address).text(),
                            function,
                            unit.text(mine, 0, address),
                            unit.text(other, distance, address),
                            isExplained ? ", explained" : ""));
            at = unit.end();
        }
    }

    private int lastDifference(Unit unit, int distance) {
        int last = unit.end() - 1;
        while (left.file().bytes()[last] == right.file().bytes()[last + distance]) {
            last--;
        }
        return last;
    }

    /** An instruction, or where there is no code a word of data: its file offset in the left file, and its end. */
    private record Unit(InstructionSet set, int offset, int end) {
        /** The instruction, and if it is the encoding of another, that one. */
        String text(byte[] bytes, int distance, int address) {
            if (set == null) {
                return HexFormat.of().formatHex(bytes, offset + distance, end + distance);
            }
            int word = set == InstructionSet.T32
                    ? T32Flow.word(bytes, offset + distance, end + distance)
                    : Bytes.word(bytes, offset + distance);
            int original = TrapEncoding.decode(set, word);
            String text = (end - offset == 2 ? "%04x %s" : "%08x %s").formatted(word, set.disassemble(word, address));
            return original == word ? text : text + " (" + set.disassemble(original, address) + ")";
        }
    }

    /** What the byte at a file offset is part of. */
    private Unit unit(Section section, int offset) throws ImageException {
        if (code == null) {
            code = new TreeMap<>();
            if (left.file().symbolTable() != null) {
                left.code(symbols()).ranges().forEach(range -> code.put(range.offset(), range));
            }
        }
        var entry = code.floorEntry(offset);
        if (entry == null || offset >= entry.getValue().end()) {
            int start = section.offset() + (offset - section.offset() & -Integer.BYTES);
            return new Unit(null, start, Math.min(start + Integer.BYTES, section.offset() + section.stored()));
        }
        Range range = entry.getValue();
        if (range.set() == InstructionSet.A32) {
            int start = range.offset() + (offset - range.offset() & -Integer.BYTES);
            return new Unit(range.set(), start, start + Integer.BYTES);
        }
        int start = range.offset();
        int end = start;
        while (end <= offset) {
            start = end;
            end += T32.lengthOf(T32Flow.word(left.file().bytes(), start, range.end()));
        }
        return new Unit(range.set(), start, end);
    }

    private Symbols symbols() {
        if (symbols == null) {
            symbols = left.symbols();
        }
        return symbols;
    }

    private void compareRelocations() {
        List<String> ours = relocations(left);
        List<String> theirs = relocations(right);
        for (int i = 0; i < Math.max(ours.size(), theirs.size()); i++) {
            String mine = i < ours.size() ? ours.get(i) : "none";
            String other = i < theirs.size() ? theirs.get(i) : "none";
            if (!mine.equals(other)) {
                differences.add("relocation " + mine + " | " + other);
            }
        }
    }

    /** Relocations of what is loaded: place, type, symbol. */
    private static List<String> relocations(Elf elf) {
        List<String> found = new ArrayList<>();
        List<Section> sections = elf.file().sections();
        Section symbols = elf.file().symbolTable();
        for (Section table : sections) {
            if (table.type() == ElfFile.SHT_REL
                    && symbols != null
                    && Integer.compareUnsigned(table.info(), sections.size()) < 0
                    && sections.get(table.info()).loaded()) {
                for (int at = 0; at + ElfFile.REL_SIZE <= table.size(); at += ElfFile.REL_SIZE) {
                    int place = Bytes.word(elf.file().bytes(), table.offset() + at);
                    int info = Bytes.word(elf.file().bytes(), table.offset() + at + ElfFile.R_INFO);
                    found.add("%s+0x%x type %d %s"
                            .formatted(
                                    sections.get(table.info()).name(),
                                    place,
                                    info & RELOCATION_TYPE,
                                    symbol(elf, symbols, info >>> 8)));
                }
            }
        }
        return found;
    }

    /** A symbol by name, section and value; one without a name is its section's. */
    private static String symbol(Elf elf, Section symbols, int index) {
        if (index >= symbols.size() / ElfFile.SYM_SIZE) {
            return "symbol " + index + ", which is not there";
        }
        byte[] bytes = elf.file().bytes();
        List<Section> sections = elf.file().sections();
        int at = symbols.offset() + index * ElfFile.SYM_SIZE;
        int section = elf.file().sectionsOf(symbols).applyAsInt(index);
        return "%s in %s at 0x%x"
                .formatted(
                        elf.file().string(sections.get(symbols.link()), Bytes.word(bytes, at)),
                        section < sections.size() ? sections.get(section).name() : "no section",
                        Bytes.word(bytes, at + ElfFile.ST_VALUE));
    }
}
