package swivel.lpv;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import swivel.arm.InstructionSet;
import swivel.formats.Bytes;
import swivel.formats.ImageException;
import swivel.formats.Symbols;
import swivel.formats.elf.ElfFile;
import swivel.formats.elf.ElfFile.Section;
import swivel.formats.elf.ElfFile.Segment;
import swivel.formats.linux.Kallsyms;
import swivel.lpv.CodeMap.Range;
import swivel.lpv.report.Place;

/**
 * Symbols and code of an ELF file, executable or object ("ELF for the Arm Architecture", whose mapping symbols
 * {@code $a}, {@code $t}, {@code $d} tell code from data).
 */
final class Elf {
    static final int STT_NOTYPE = 0;
    private static final int STT_FUNC = 2;

    private final ElfFile file;
    private final byte[] bytes;
    private final String name;
    private final List<Segment> segments;
    private final List<Section> sections;

    /** Of an object, the sections by the addresses that stand for theirs. */
    private final NavigableMap<Long, Section> placed = new TreeMap<>();

    /**
     * Reads the headers.
     *
     * @throws ImageException if this is not an executable or an object for little-endian 32-bit ARM, or not all of one
     */
    Elf(byte[] bytes, String name) throws ImageException {
        this.file = ElfFile.read(bytes, name);
        this.bytes = bytes;
        this.name = name;
        this.segments = file.segments();
        this.sections = file.sections();
        if (file.isRelocatable()) {
            sections.stream()
                    .filter(section -> section.holdsBytes() && section.size() > 0)
                    .forEach(section -> placed.put(Integer.toUnsignedLong(section.address()), section));
        }
    }

    /** What the file is called in messages. */
    String name() {
        return name;
    }

    ElfFile file() {
        return file;
    }

    /** Where an address is, for a person. */
    Place place(int address) {
        if (!file.isRelocatable()) {
            return new Place.Address(address);
        }
        Section holder = placed.floorEntry(Integer.toUnsignedLong(address)).getValue();
        return new Place.InSection(holder.name(), (int) holder.distance(address));
    }

    /** The virtual address of a symbol; in an object, the section's stands for it. */
    int address(int symbol, Section section) {
        return Bytes.word(bytes, symbol + ElfFile.ST_VALUE) + (file.isRelocatable() ? section.address() : 0);
    }

    /**
     * The lowest address of what is loaded. The ELF headers, which GNU ld since 2.44 puts before it, are not meant
     * where there are sections.
     */
    int linkAddress() {
        List<Integer> loaded = sections.stream()
                .filter(section -> section.holdsBytes() && section.size() > 0)
                .map(Section::address)
                .toList();
        return (loaded.isEmpty() ? segments.stream().map(Segment::address) : loaded.stream())
                .min(Integer::compareUnsigned)
                .orElseThrow();
    }

    /** The symbols of functions and of labels in code, the mapping symbols aside; of a stripped Linux, its kallsyms. */
    Symbols symbols() {
        Section table = file.symbolTable();
        if (table == null) {
            Kallsyms kallsyms = Kallsyms.find(bytes);
            return kallsyms == null ? Symbols.NONE : kallsyms.code();
        }
        Section strings = sections.get(table.link());
        IntUnaryOperator sectionOf = file.sectionsOf(table);
        long[] found = new long[table.size() / ElfFile.SYM_SIZE];
        int count = 0;
        for (int i = 0; i < found.length; i++) {
            int at = table.offset() + i * ElfFile.SYM_SIZE;
            int section = sectionOf.applyAsInt(i);
            if (section < sections.size() && isLabel(at, strings, sections.get(section))) {
                found[count++] = (long) address(at, sections.get(section)) << 32 | Bytes.unsigned(bytes, at);
            }
        }
        Arrays.sort(found, 0, count);
        int[] addresses = new int[count];
        int[] names = new int[count];
        for (int i = 0; i < count; i++) {
            addresses[i] = (int) (found[i] >>> 32) & ~1;
            names[i] = (int) found[i];
        }
        return new Symbols(addresses, i -> file.string(strings, names[i]));
    }

    /** Whether a symbol is {@code $a}, {@code $t} or {@code $d}, maybe with a suffix after a dot. */
    private boolean isMapping(Section strings, int symbol) {
        return mapping(strings, symbol) != 0;
    }

    /** The letter of a mapping symbol; 0 if it is none. */
    private char mapping(Section strings, int symbol) {
        int at = Bytes.word(bytes, symbol);
        if (at <= 0 || (long) at + 3 > strings.size()) {
            return 0;
        }
        int start = strings.offset() + at;
        char letter = (char) bytes[start + 1];
        boolean ends = bytes[start + 2] == 0 || bytes[start + 2] == '.';
        return bytes[start] == '$' && ends && (letter == 'a' || letter == 't' || letter == 'd') ? letter : 0;
    }

    /**
     * Where the code is: by the mapping symbols where a section has some, by the flow of control through the executable
     * segments where the file was stripped.
     *
     * @throws ImageException if it is stripped Thumb code
     */
    CodeMap code(Symbols symbols) throws ImageException {
        CodeMap mapped = mappedCode();
        if (mapped != null) {
            return mapped;
        }
        if (file.isRelocatable()) {
            throw new ImageException(
                    name + " was stripped of its mapping symbols ($a, $d), so its code cannot be told from"
                            + " its data; give it unstripped");
        }
        if (file.entry() % 2 != 0) {
            throw T32Signs.only(name);
        }
        List<Range> ranges = executable();
        if (hasThumbFunctions() || T32Signs.areIn(bytes, ranges)) {
            throw T32Signs.some(name);
        }
        CodeFlow flow = new CodeFlow(bytes);
        for (Segment segment : segments) {
            flow.addData(new Range(segment.offset(), segment.address(), segment.size()));
        }
        for (Range range : ranges) {
            flow.addRange(range);
        }
        for (Range range : ranges) {
            flow.addStartAt(range.offset(), range.end());
        }
        flow.addEntry(file.entry());
        for (int i = 0; i < symbols.size(); i++) {
            flow.addEntry(symbols.address(i));
        }
        flow.follow();
        if (flow.callsT32()) {
            throw T32Signs.some(name);
        }
        for (Segment segment : segments) {
            flow.followPointers(segment.offset(), segment.offset() + segment.size());
        }
        flow.followPrologues();
        return flow;
    }

    /**
     * What may be code in a file without mapping symbols: of each executable segment the sections of code, and where
     * there are no section headers all but the file's own headers.
     */
    private List<Range> executable() {
        List<Range> ranges = new ArrayList<>();
        int headers = file.headersEnd() + 3 & ~3;
        for (Segment segment : segments) {
            if (!segment.executable()) {
                continue;
            }
            if (file.hasCodeSections()) {
                addSections(segment, ranges);
            } else {
                int skipped = Math.max(0, Math.min(headers - segment.offset(), segment.size()));
                int start = segment.offset() + skipped + 3 & ~3;
                int length = segment.size() - (start - segment.offset()) & ~3;
                if (length > 0) {
                    ranges.add(new Range(start, segment.address() + start - segment.offset(), length));
                }
            }
        }
        return ranges;
    }

    private void addSections(Segment segment, List<Range> ranges) {
        int end = 0;
        for (Section section : file.codeSections()) {
            int start = section.offset() + 3 & ~3;
            int length = section.size() - (start - section.offset()) & ~3;
            boolean inside = section.offset() >= segment.offset()
                    && (long) section.offset() + section.size() <= segment.offset() + segment.size()
                    && section.offset() - segment.offset() == section.address() - segment.address();
            if (inside && length > 0 && start >= end) { // ranges do not overlap
                ranges.add(new Range(start, section.address() + start - section.offset(), length));
                end = start + length;
            }
        }
    }

    /** Whether a function's symbol says that it is T32 ("ELF for the Arm Architecture", "Symbol Values"). */
    private boolean hasThumbFunctions() {
        Section table = file.symbolTable();
        for (int i = 0; table != null && i < table.size() / ElfFile.SYM_SIZE; i++) {
            int at = table.offset() + i * ElfFile.SYM_SIZE;
            if ((bytes[at + ElfFile.ST_INFO] & 15) == STT_FUNC && Bytes.word(bytes, at + ElfFile.ST_VALUE) % 2 != 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * The stretches between mapping symbols, in whatever section: instructions that are copied into place lie outside
     * of code. Null if there are no mapping symbols.
     */
    private CodeMap mappedCode() throws ImageException {
        Section table = file.symbolTable();
        if (table == null) {
            return null;
        }
        List<List<Mark>> marks = marks(table);
        long all = 0;
        MappedCode mapped = new MappedCode(bytes, file.relocated(), labels(table));
        for (int i = 0; i < sections.size(); i++) {
            Section section = sections.get(i);
            List<Mark> ofSection = marks.get(i);
            List<Range> code = new ArrayList<>();
            List<Range> data = new ArrayList<>();
            for (int k = 0; k < ofSection.size(); k++) {
                Mark mark = ofSection.get(k);
                long from = section.distance(mark.address);
                long to = k + 1 < ofSection.size() ? section.distance(ofSection.get(k + 1).address) : section.size();
                int unit = mark.letter == 'a' ? 4 : 2;
                int start = (int) from + unit - 1 & -unit;
                int length = (int) to - start & -unit;
                if (to > section.size() || from >= to || length <= 0) {
                    continue;
                }
                all += length;
                InstructionSet set = mark.letter == 't' ? InstructionSet.T32 : InstructionSet.A32;
                Range range = new Range(section.offset() + start, section.address() + start, length, set);
                if (mark.letter != 'd') {
                    code.add(range);
                } else if (section.executable()) {
                    data.add(range);
                }
            }
            if (all > bytes.length) {
                throw ImageException.overlapping(name);
            }
            mapped.addSection(code, data);
        }
        return mapped.ranges().isEmpty() ? null : mapped;
    }

    /** By halfword of the file: a symbol of code, or a section of code, begins there. */
    private BitSet labels(Section table) {
        Section strings = sections.get(table.link());
        IntUnaryOperator sectionOf = file.sectionsOf(table);
        BitSet labels = new BitSet();
        sections.stream()
                .filter(section -> section.executable() && section.holdsBytes())
                .forEach(section -> labels.set(section.offset() / 2));
        for (int i = 0; i < table.size() / ElfFile.SYM_SIZE; i++) {
            int at = table.offset() + i * ElfFile.SYM_SIZE;
            int section = sectionOf.applyAsInt(i);
            if (section < sections.size() && isLabel(at, strings, sections.get(section))) {
                Section of = sections.get(section);
                long distance = of.distance(address(at, of));
                if (distance < of.size()) {
                    labels.set((of.offset() + (int) distance) / 2);
                }
            }
        }
        return labels;
    }

    private boolean isLabel(int symbol, Section strings, Section section) {
        int type = bytes[symbol + ElfFile.ST_INFO] & 15;
        return (type == STT_FUNC || type == STT_NOTYPE)
                && section.executable()
                && section.holdsBytes()
                && !isMapping(strings, symbol);
    }

    /** The mapping symbols of each section that holds bytes, in order of address. */
    private List<List<Mark>> marks(Section table) {
        Section strings = sections.get(table.link());
        IntUnaryOperator sectionOf = file.sectionsOf(table);
        List<List<Mark>> marks = new ArrayList<>();
        for (int i = 0; i < sections.size(); i++) {
            marks.add(new ArrayList<>());
        }
        for (int i = 0; i < table.size() / ElfFile.SYM_SIZE; i++) {
            int at = table.offset() + i * ElfFile.SYM_SIZE;
            int section = sectionOf.applyAsInt(i);
            if (section < sections.size() && sections.get(section).holdsBytes()) {
                char letter = mapping(strings, at);
                if (letter != 0) {
                    marks.get(section).add(new Mark(address(at, sections.get(section)), letter));
                }
            }
        }
        for (List<Mark> ofSection : marks) {
            ofSection.sort((a, b) -> Integer.compareUnsigned(a.address, b.address)); // stable: the later symbol wins
        }
        return marks;
    }

    /** A mapping symbol of a section. */
    private record Mark(int address, char letter) {}
}
