package swivel.lpv;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import swivel.arm.Disassembler;
import swivel.lpv.ElfFile.Section;

/**
 * Whether two ELF files are the same program: the same sections at the same places with the same bytes, code and data, and
 * in objects the same relocations. What is not loaded (symbols, comments) and notes may differ.
 */
public final class ElfComparison {
    private static final int RELOCATION_TYPE = 0xff;

    private final Elf left;
    private final Elf right;
    private final List<String> differences = new ArrayList<>();
    private long codeWords;
    private long dataBytes;

    private ElfComparison(Elf left, Elf right) {
        this.left = left;
        this.right = right;
    }

    /**
     * Compares two executables or two objects.
     *
     * @throws ImageException if one is not for little-endian 32-bit ARM, or not all of it
     */
    public static ElfComparison of(byte[] left, String leftName, byte[] right, String rightName) throws ImageException {
        ElfComparison comparison = new ElfComparison(new Elf(left, leftName), new Elf(right, rightName));
        comparison.compare();
        return comparison;
    }

    /** One line each, in order of place; empty if the two are the same. */
    public List<String> differences() {
        return List.copyOf(differences);
    }

    /** How many words of code were compared. */
    public long codeWords() {
        return codeWords;
    }

    /** How many bytes of data were compared. */
    public long dataBytes() {
        return dataBytes;
    }

    private void compare() {
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

    private void compare(Section ours, Section theirs) {
        if (ours.executable()) {
            codeWords += ours.stored() / Integer.BYTES;
        } else {
            dataBytes += ours.stored();
        }
        boolean moved = ours.address() != theirs.address() && !left.file().isRelocatable();
        if (moved || ours.size() != theirs.size() || ours.flags() != theirs.flags()) {
            differences.add(header(ours) + " | " + header(theirs) + firstMoved(ours, theirs));
        } else if (ours.stored() == theirs.stored()) {
            compareWords(ours, theirs);
        }
    }

    private static String header(Section section) {
        return "%s: %d bytes at %08x, flags 0x%x"
                .formatted(section.name(), section.size(), section.address(), section.flags());
    }

    /** Where to look when a section is longer: the first symbol that is not as far from its start as in the other. */
    private String firstMoved(Section ours, Section theirs) {
        Symbols symbols = left.symbols();
        Symbols others = right.symbols();
        String before = "";
        for (int i = 0; i < symbols.size(); i++) {
            long distance = ours.distance(symbols.address(i));
            if (distance < ours.size()) {
                String name = symbols.name(i);
                if (!others.nameAt((int) (theirs.address() + distance)).equals(name)) {
                    return "; the first symbol that moved is " + name + (before.isEmpty() ? "" : ", behind " + before);
                }
                before = name;
            }
        }
        return "";
    }

    private void compareWords(Section ours, Section theirs) {
        Symbols symbols = null;
        for (int at = 0; at < ours.stored(); at += Integer.BYTES) {
            int word = word(left, ours, at);
            int other = word(right, theirs, at);
            if (word != other) {
                int address = ours.address() + at;
                symbols = Objects.requireNonNullElseGet(symbols, left::symbols);
                String function = ours.executable() ? " " + symbols.describe(address) : "";
                String section = left.file().isRelocatable() ? "" : ours.name() + " ";
                differences.add("%s%s%s: %s | %s"
                        .formatted(
                                section,
                                left.place(address).text(),
                                function,
                                text(ours, word, address),
                                text(ours, other, address)));
            }
        }
    }

    /** A word of a section; what is behind its end is zero. */
    private static int word(Elf elf, Section section, int at) {
        int rest = section.size() - at;
        byte[] bytes = elf.file().bytes;
        if (rest >= Integer.BYTES) {
            return Bytes.word(bytes, section.offset() + at);
        }
        int word = 0;
        for (int i = 0; i < rest; i++) {
            word |= Byte.toUnsignedInt(bytes[section.offset() + at + i]) << 8 * i;
        }
        return word;
    }

    /** A word, in code also as A32 instruction, though it may be Thumb, and what it is the encoding of. */
    private static String text(Section section, int word, int address) {
        if (!section.executable()) {
            return "%08x".formatted(word);
        }
        int original = TrapEncoding.decode(word);
        String text = "%08x %s".formatted(word, Disassembler.disassemble(word, address));
        return original == word ? text : text + " (" + Disassembler.disassemble(original, address) + ")";
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
                    int place = Bytes.word(elf.file().bytes, table.offset() + at);
                    int info = Bytes.word(elf.file().bytes, table.offset() + at + ElfFile.R_INFO);
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
        if (index >= symbols.size() / Elf.SYM_SIZE) {
            return "symbol " + index + ", which is not there";
        }
        byte[] bytes = elf.file().bytes;
        List<Section> sections = elf.file().sections();
        int at = symbols.offset() + index * Elf.SYM_SIZE;
        int section = Bytes.half(bytes, at + Elf.ST_SHNDX);
        return "%s in %s at 0x%x"
                .formatted(
                        elf.file().string(sections.get(symbols.link()), Bytes.word(bytes, at)),
                        section < sections.size() ? sections.get(section).name() : section,
                        Bytes.word(bytes, at + Elf.ST_VALUE));
    }
}
