package swivel.lpv;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import swivel.arm.InstructionSet;
import swivel.lpv.CodeMap.Range;

/**
 * A 32-bit little-endian ARM executable (System V ABI, ELF; "ELF for the Arm Architecture", whose mapping symbols
 * {@code $a}, {@code $t}, {@code $d} tell code from data).
 */
final class Elf {
    private static final int MAGIC = 0x464c457f;

    // Identification (ELF, "ELF Identification").
    private static final int EI_CLASS = 4;
    private static final int ELFCLASS32 = 1;
    private static final int EI_DATA = 5;
    private static final int ELFDATA2LSB = 1;

    // ELF header.
    private static final int E_TYPE = 16;
    private static final int E_MACHINE = 18;
    private static final int E_ENTRY = 24;
    private static final int E_PHOFF = 28;
    private static final int E_SHOFF = 32;
    private static final int E_PHENTSIZE = 42;
    private static final int E_PHNUM = 44;
    private static final int E_SHENTSIZE = 46;
    private static final int E_SHNUM = 48;
    private static final int EHDR_SIZE = 52;
    private static final int ET_REL = 1;
    private static final int ET_EXEC = 2;
    private static final int ET_DYN = 3;
    private static final int EM_ARM = 40;
    private static final Map<Integer, String> MACHINES = Map.of(
            3,
            "32-bit x86",
            62,
            "x86-64",
            183,
            "AArch64",
            8,
            "MIPS",
            20,
            "PowerPC",
            21,
            "64-bit PowerPC",
            243,
            "RISC-V",
            2,
            "SPARC",
            22,
            "S/390",
            258,
            "LoongArch");

    // Program header.
    private static final int PHDR_SIZE = 32;
    private static final int P_OFFSET = 4;
    private static final int P_VADDR = 8;
    private static final int P_FILESZ = 16;
    private static final int P_FLAGS = 24;
    private static final int PT_LOAD = 1;
    private static final int PT_INTERP = 3;
    private static final int PF_X = 1;

    // Section header.
    private static final int SHDR_SIZE = 40;
    private static final int SH_TYPE = 4;
    private static final int SH_FLAGS = 8;
    private static final int SH_ADDR = 12;
    private static final int SH_OFFSET = 16;
    private static final int SH_SIZE = 20;
    private static final int SH_LINK = 24;
    private static final int SHT_PROGBITS = 1;
    private static final int SHT_SYMTAB = 2;
    private static final int SHT_STRTAB = 3;
    private static final int SHT_NOBITS = 8;
    private static final int SHF_ALLOC = 2;
    private static final int SHF_EXECINSTR = 4;

    // Symbol.
    private static final int SYM_SIZE = 16;
    private static final int ST_VALUE = 4;
    private static final int ST_INFO = 12;
    private static final int ST_SHNDX = 14;
    private static final int STT_NOTYPE = 0;
    private static final int STT_FUNC = 2;

    private final byte[] bytes;
    private final String name;
    private final List<Segment> segments = new ArrayList<>();
    private final List<Section> sections = new ArrayList<>();

    /** A segment that is loaded, as far as the file has bytes for it. */
    private record Segment(int offset, int address, int size, boolean executable) {}

    private record Section(int type, int flags, int address, int offset, int size, int link) {
        boolean holdsBytes() {
            return type == SHT_PROGBITS && (flags & SHF_ALLOC) != 0;
        }

        boolean executable() {
            return (flags & SHF_EXECINSTR) != 0;
        }

        /** How far an address is behind the section's start. */
        long distance(int symbol) {
            return Integer.toUnsignedLong(symbol - address);
        }
    }

    /** Whether a file says of itself that it is ELF, of whatever machine. */
    static boolean recognizes(byte[] file) {
        return file.length >= 4 && Bytes.word(file, 0) == MAGIC;
    }

    /**
     * Reads the headers.
     *
     * @throws ImageException if this is not an executable for little-endian 32-bit ARM, or not all of one
     */
    Elf(byte[] bytes, String name) throws ImageException {
        this.bytes = bytes;
        this.name = name;
        checkHeader();
        readSegments();
        readSections();
    }

    private void checkHeader() throws ImageException {
        if (bytes.length < EHDR_SIZE) {
            throw truncated(EHDR_SIZE);
        }
        boolean bigEndian = bytes[EI_DATA] != ELFDATA2LSB;
        int machine = bigEndian ? Bytes.half(bytes, E_MACHINE) >>> 8 : Bytes.half(bytes, E_MACHINE);
        if (machine != EM_ARM) {
            throw new ImageException("%s is an ELF file for %s; Swivel runs kernels for 32-bit ARM"
                    .formatted(name, MACHINES.getOrDefault(machine, "machine " + machine)));
        }
        if (bytes[EI_CLASS] != ELFCLASS32) {
            throw new ImageException(name + " is a 64-bit ELF file; Swivel runs kernels for 32-bit ARM");
        }
        if (bigEndian) {
            throw new ImageException(
                    name + " is big-endian; build the kernel little-endian (no CONFIG_CPU_BIG_ENDIAN)");
        }
        switch (Bytes.half(bytes, E_TYPE)) {
            case ET_EXEC, ET_DYN -> {}
            case ET_REL ->
                throw new ImageException(name
                        + " is a relocatable object or module, which cannot be rewritten yet; give the linked kernel");
            default -> throw new ImageException(name + " is an ELF file, but not an executable (a core dump?)");
        }
    }

    private void readSegments() throws ImageException {
        int count = Bytes.half(bytes, E_PHNUM);
        long table = Bytes.unsigned(bytes, E_PHOFF);
        int stride = Bytes.half(bytes, E_PHENTSIZE);
        if (count == 0) {
            throw new ImageException(name + " has no program headers, so nothing in it can be loaded");
        }
        checkTable(table, count, stride, PHDR_SIZE, "program");
        for (int i = 0; i < count; i++) {
            int at = (int) (table + (long) i * stride);
            int type = Bytes.word(bytes, at);
            if (type == PT_INTERP) {
                throw new ImageException(name + " is a program for a dynamic linker, not a kernel");
            }
            if (type == PT_LOAD) {
                int offset = inFile(Bytes.unsigned(bytes, at + P_OFFSET), Bytes.unsigned(bytes, at + P_FILESZ));
                boolean executable = (Bytes.word(bytes, at + P_FLAGS) & PF_X) != 0;
                int address = Bytes.word(bytes, at + P_VADDR);
                segments.add(new Segment(offset, address, Bytes.word(bytes, at + P_FILESZ), executable));
            }
        }
        if (segments.isEmpty()) {
            throw new ImageException(name + " has no loadable segments");
        }
    }

    private void readSections() throws ImageException {
        int count = Bytes.half(bytes, E_SHNUM);
        long table = Bytes.unsigned(bytes, E_SHOFF);
        int stride = Bytes.half(bytes, E_SHENTSIZE);
        if (count == 0 || table == 0) {
            return;
        }
        checkTable(table, count, stride, SHDR_SIZE, "section");
        for (int i = 0; i < count; i++) {
            int at = (int) (table + (long) i * stride);
            int type = Bytes.word(bytes, at + SH_TYPE);
            long size = Bytes.unsigned(bytes, at + SH_SIZE);
            int offset = type == 0 || type == SHT_NOBITS ? 0 : inFile(Bytes.unsigned(bytes, at + SH_OFFSET), size);
            int flags = Bytes.word(bytes, at + SH_FLAGS);
            int link = Bytes.word(bytes, at + SH_LINK);
            sections.add(new Section(type, flags, Bytes.word(bytes, at + SH_ADDR), offset, (int) size, link));
        }
    }

    private void checkTable(long offset, int count, int stride, int least, String what) throws ImageException {
        if (stride < least) {
            throw new ImageException(
                    "%s is damaged: its %s headers are %d bytes, not %d".formatted(name, what, stride, least));
        }
        inFile(offset, (long) count * stride);
    }

    private int inFile(long offset, long size) throws ImageException {
        if (offset + size > bytes.length) {
            throw truncated(offset + size);
        }
        return (int) offset;
    }

    private ImageException truncated(long needed) {
        return new ImageException("%s is truncated: its headers speak of %d bytes, the file has %d"
                .formatted(name, needed, bytes.length));
    }

    /** The lowest address that is loaded. */
    int linkAddress() {
        int lowest = segments.getFirst().address;
        for (Segment segment : segments) {
            lowest = Integer.compareUnsigned(segment.address, lowest) < 0 ? segment.address : lowest;
        }
        return lowest;
    }

    /** The symbols of functions and of labels in code, the mapping symbols aside; of a stripped Linux, its kallsyms. */
    Symbols symbols() {
        Section table = symbolTable();
        if (table == null) {
            Kallsyms kallsyms = Kallsyms.find(bytes);
            return kallsyms == null ? Symbols.NONE : kallsyms.code();
        }
        Section strings = sections.get(table.link);
        long[] found = new long[table.size / SYM_SIZE];
        int count = 0;
        for (int i = 0; i < found.length; i++) {
            int at = table.offset + i * SYM_SIZE;
            int type = bytes[at + ST_INFO] & 15;
            int section = Bytes.half(bytes, at + ST_SHNDX);
            if ((type == STT_FUNC || type == STT_NOTYPE)
                    && section < sections.size()
                    && sections.get(section).executable()
                    && !isMapping(strings, at)) {
                found[count++] = Bytes.unsigned(bytes, at + ST_VALUE) << 32 | Bytes.unsigned(bytes, at);
            }
        }
        Arrays.sort(found, 0, count);
        int[] addresses = new int[count];
        int[] names = new int[count];
        for (int i = 0; i < count; i++) {
            addresses[i] = (int) (found[i] >>> 32) & ~1;
            names[i] = (int) found[i];
        }
        return new Symbols(addresses, i -> string(strings, names[i]));
    }

    /** The symbol table with a sound string table; null if the file was stripped. */
    private Section symbolTable() {
        for (Section section : sections) {
            if (section.type == SHT_SYMTAB
                    && Integer.compareUnsigned(section.link, sections.size()) < 0
                    && sections.get(section.link).type == SHT_STRTAB) {
                return section;
            }
        }
        return null;
    }

    private String string(Section strings, int at) {
        if (Integer.compareUnsigned(at, strings.size) >= 0) {
            return "";
        }
        int start = strings.offset + at;
        int end = start;
        while (end < strings.offset + strings.size && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    }

    /** Whether a symbol is {@code $a}, {@code $t} or {@code $d}, maybe with a suffix after a dot. */
    private boolean isMapping(Section strings, int symbol) {
        return mapping(strings, symbol) != 0;
    }

    /** The letter of a mapping symbol; 0 if it is none. */
    private char mapping(Section strings, int symbol) {
        int at = Bytes.word(bytes, symbol);
        if (at <= 0 || (long) at + 3 > strings.size) {
            return 0;
        }
        int start = strings.offset + at;
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
        if (Bytes.word(bytes, E_ENTRY) % 2 != 0) {
            throw ImageException.thumb(name);
        }
        CodeFlow flow = new CodeFlow(bytes);
        for (Segment segment : segments) {
            if (segment.executable) {
                flow.addRange(new Range(segment.offset, segment.address, segment.size & ~3));
            }
        }
        for (Range range : flow.ranges()) {
            flow.addStartAt(range.offset(), range.end());
        }
        flow.addEntry(Bytes.word(bytes, E_ENTRY));
        for (int i = 0; i < symbols.size(); i++) {
            flow.addEntry(symbols.address(i));
        }
        flow.follow();
        for (Segment segment : segments) {
            flow.followPointers(segment.offset, segment.offset + segment.size);
        }
        flow.followPrologues();
        return flow;
    }

    /**
     * The stretches between mapping symbols, in whatever section: instructions that are copied into place lie outside of code.
     * Null if there are no mapping symbols.
     */
    private CodeMap mappedCode() throws ImageException {
        Section table = symbolTable();
        if (table == null) {
            return null;
        }
        List<List<Mark>> marks = marks(table);
        long all = 0;
        MappedCode mapped = new MappedCode(bytes);
        for (int i = 0; i < sections.size(); i++) {
            Section section = sections.get(i);
            List<Mark> ofSection = marks.get(i);
            List<Range> code = new ArrayList<>();
            List<Range> data = new ArrayList<>();
            for (int k = 0; k < ofSection.size(); k++) {
                Mark mark = ofSection.get(k);
                long from = section.distance(mark.address);
                long to = k + 1 < ofSection.size() ? section.distance(ofSection.get(k + 1).address) : section.size;
                int unit = mark.letter == 'a' ? 4 : 2;
                int start = (int) from + unit - 1 & -unit;
                int length = (int) to - start & -unit;
                if (to > section.size || from >= to || length <= 0) {
                    continue;
                }
                all += length;
                InstructionSet set = mark.letter == 't' ? InstructionSet.T32 : InstructionSet.A32;
                Range range = new Range(section.offset + start, section.address + start, length, set);
                if (mark.letter != 'd') {
                    code.add(range);
                } else if (section.executable()) {
                    data.add(range);
                }
            }
            if (all > bytes.length) {
                throw new ImageException(name + " is damaged: its sections overlap");
            }
            mapped.addSection(code, data);
        }
        return mapped.ranges().isEmpty() ? null : mapped;
    }

    /** The mapping symbols of each section that holds bytes, in order of address. */
    private List<List<Mark>> marks(Section table) {
        Section strings = sections.get(table.link);
        List<List<Mark>> marks = new ArrayList<>();
        for (int i = 0; i < sections.size(); i++) {
            marks.add(new ArrayList<>());
        }
        for (int i = 0; i < table.size / SYM_SIZE; i++) {
            int at = table.offset + i * SYM_SIZE;
            int section = Bytes.half(bytes, at + ST_SHNDX);
            if (section < sections.size() && sections.get(section).holdsBytes()) {
                char letter = mapping(strings, at);
                if (letter != 0) {
                    marks.get(section).add(new Mark(Bytes.word(bytes, at + ST_VALUE), letter));
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
