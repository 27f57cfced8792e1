package swivel.formats.elf;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import swivel.formats.Bytes;
import swivel.formats.ImageException;

/**
 * The headers and tables of a 32-bit little-endian ARM file in ELF (System V ABI, "Object Files"; "ELF for the Arm
 * Architecture"): the segments of an executable, the sections and relocations of an object such as a kernel module.
 *
 * <p>Sections of an object have no addresses yet. Here the offset in the file stands for them, so that every symbol and
 * every word has an address that no other has.
 */
public final class ElfFile {
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
    static final int E_SHOFF = 32;
    private static final int E_FLAGS = 36;
    private static final int E_PHENTSIZE = 42;
    private static final int E_PHNUM = 44;
    static final int E_SHENTSIZE = 46;
    static final int E_SHNUM = 48;
    static final int E_SHSTRNDX = 50;
    static final int EHDR_SIZE = 52;
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

    /** Code is little-endian in a big-endian image ("ELF for the Arm Architecture", "ELF Header"). */
    private static final int EF_ARM_BE8 = 0x00800000;

    // Program header.
    private static final int PHDR_SIZE = 32;
    private static final int P_OFFSET = 4;
    private static final int P_VADDR = 8;
    private static final int P_PADDR = 12;
    private static final int P_FILESZ = 16;
    private static final int P_MEMSZ = 20;
    private static final int P_FLAGS = 24;
    private static final int PT_LOAD = 1;
    private static final int PT_INTERP = 3;
    private static final int PF_X = 1;

    // What stands in a 16-bit field whose number is too large for it; the number is then in a field of section header
    // 0,
    // or, of a symbol, in the table of type SHT_SYMTAB_SHNDX.
    private static final int PN_XNUM = 0xffff;
    private static final int SHN_XINDEX = 0xffff;
    static final int SHN_LORESERVE = 0xff00;

    // Section header.
    static final int SHDR_SIZE = 40;
    static final int SH_TYPE = 4;
    static final int SH_FLAGS = 8;
    private static final int SH_ADDR = 12;
    static final int SH_OFFSET = 16;
    static final int SH_SIZE = 20;
    static final int SH_LINK = 24;
    static final int SH_INFO = 28;
    static final int SH_ADDRALIGN = 32;
    static final int SH_ENTSIZE = 36;
    public static final int SHT_PROGBITS = 1;
    static final int SHT_SYMTAB = 2;
    static final int SHT_STRTAB = 3;
    private static final int SHT_RELA = 4;
    private static final int SHT_NOTE = 7;
    private static final int SHT_NOBITS = 8;
    private static final int SHT_SYMTAB_SHNDX = 18;
    public static final int SHT_REL = 9;
    private static final int SHF_ALLOC = 2;
    private static final int SHF_EXECINSTR = 4;
    public static final int SHF_INFO_LINK = 0x40;
    public static final int SHF_COMPRESSED = 0x800;

    // Symbol.
    public static final int SYM_SIZE = 16;
    public static final int ST_VALUE = 4;
    public static final int ST_INFO = 12;
    private static final int ST_SHNDX = 14;

    // Relocation: r_offset, r_info, and in a RELA section r_addend.
    public static final int REL_SIZE = 8;
    private static final int RELA_SIZE = 12;
    public static final int R_INFO = 4;
    private static final int R_ARM_NONE = 0;
    public static final int R_ARM_ABS32 = 2;

    /** No kernel has more loadable segments; work on them is bounded by it. */
    private static final int MAX_SEGMENTS = 64;

    /** Names are cut behind so many characters: C++ writes long ones, hostile files endless ones. */
    private static final int MAX_NAME = 1024;

    private final byte[] bytes;
    private final String name;
    private final boolean relocatable;
    private final List<Segment> segments = new ArrayList<>();
    private final List<Section> sections = new ArrayList<>();
    private int sectionTable;
    private int sectionStride;
    private int namesIndex = -1;

    /**
     * A segment that is loaded.
     *
     * @param offset where its bytes begin in the file
     * @param address virtual, of its first byte
     * @param physicalAddress likewise
     * @param size how many bytes the file has for it
     * @param memorySize how many bytes it takes in memory, unsigned; zeros follow those of the file
     */
    public record Segment(int offset, int address, int physicalAddress, int size, int memorySize, boolean executable) {}

    /** A section. Without bytes in the file its offset is 0. */
    public record Section(String name, int type, int flags, int address, int offset, int size, int link, int info) {
        public boolean holdsBytes() {
            return type == SHT_PROGBITS && (flags & SHF_ALLOC) != 0;
        }

        /**
         * Whether it is part of the program; notes, which tell of the file, such as the linker's hash of it, are not.
         */
        public boolean loaded() {
            return (flags & SHF_ALLOC) != 0 && type != SHT_NOTE;
        }

        /** How many bytes the file has of it. */
        public int stored() {
            return type == SHT_NOBITS ? 0 : size;
        }

        public boolean executable() {
            return (flags & SHF_EXECINSTR) != 0;
        }

        /** How far an address is behind the section's start. */
        public long distance(int symbol) {
            return Integer.toUnsignedLong(symbol - address);
        }
    }

    /** Whether a file says of itself that it is ELF, of whatever machine. */
    public static boolean recognizes(byte[] file) {
        return file.length >= 4 && Bytes.word(file, 0) == MAGIC;
    }

    /** Whether a file that is ELF is for 32-bit ARM, of whatever endianness. */
    public static boolean isForArm(byte[] file) {
        return file.length >= EHDR_SIZE
                && file[EI_CLASS] == ELFCLASS32
                && (file[EI_DATA] == ELFDATA2LSB
                        ? Bytes.half(file, E_MACHINE) == EM_ARM
                        : Bytes.half(file, E_MACHINE) == EM_ARM << 8);
    }

    /** Whether a little-endian executable or shared object of 32-bit ARM begins at an offset. */
    static boolean isProgramForArm(byte[] bytes, int at) {
        int type = Bytes.half(bytes, at + E_TYPE);
        return Bytes.word(bytes, at) == MAGIC
                && bytes[at + EI_CLASS] == ELFCLASS32
                && bytes[at + EI_DATA] == ELFDATA2LSB
                && Bytes.half(bytes, at + E_MACHINE) == EM_ARM
                && (type == ET_EXEC || type == ET_DYN);
    }

    private ElfFile(byte[] bytes, String name) throws ImageException {
        this.bytes = bytes;
        this.name = name;
        checkHeader();
        relocatable = Bytes.half(bytes, E_TYPE) == ET_REL;
        if (!relocatable) {
            readSegments();
        }
    }

    /**
     * Reads the headers.
     *
     * @param name what to call the file in messages
     * @throws ImageException if this is not an executable or an object for little-endian 32-bit ARM, or not all of one
     */
    public static ElfFile read(byte[] bytes, String name) throws ImageException {
        ElfFile file = new ElfFile(bytes, name);
        file.readSections();
        return file;
    }

    /**
     * Reads what a loader looks at: the program headers, and no sections, which may be damaged.
     *
     * @param name what to call the file in messages
     * @throws ImageException if this is not an executable for little-endian 32-bit ARM, or not all of its segments are
     *     there
     */
    public static ElfFile readExecutable(byte[] bytes, String name) throws ImageException {
        ElfFile file = new ElfFile(bytes, name);
        if (file.relocatable) {
            throw new ImageException(name + " is an ELF file that is not linked; link it, or give vmlinux");
        }
        return file;
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
            throw ImageException.bigEndian(name);
        }
        if ((Bytes.word(bytes, E_FLAGS) & EF_ARM_BE8) != 0) {
            throw new ImageException(name + " is of mixed endianness: little-endian, and marked as BE8");
        }
        switch (Bytes.half(bytes, E_TYPE)) {
            case ET_REL, ET_EXEC, ET_DYN -> {}
            default ->
                throw new ImageException(name + " is an ELF file, but neither executable nor object (a core dump?)");
        }
    }

    private void readSegments() throws ImageException {
        int count = Bytes.half(bytes, E_PHNUM);
        if (count == PN_XNUM) {
            count = extended(SH_INFO);
        }
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
            int memorySize = Bytes.word(bytes, at + P_MEMSZ);
            if (type == PT_LOAD && memorySize != 0) {
                int offset = inFile(Bytes.unsigned(bytes, at + P_OFFSET), Bytes.unsigned(bytes, at + P_FILESZ));
                segments.add(new Segment(
                        offset,
                        Bytes.word(bytes, at + P_VADDR),
                        Bytes.word(bytes, at + P_PADDR),
                        Bytes.word(bytes, at + P_FILESZ),
                        memorySize,
                        (Bytes.word(bytes, at + P_FLAGS) & PF_X) != 0));
            }
        }
        if (segments.isEmpty()) {
            throw new ImageException(name + " has no loadable segments");
        }
        long loaded = segments.stream().mapToLong(segment -> segment.size).sum();
        if (segments.size() > MAX_SEGMENTS || loaded > 2L * bytes.length) {
            throw new ImageException("%s is damaged: it has %d loadable segments of %d bytes in all, the file has %d"
                    .formatted(name, segments.size(), loaded, bytes.length));
        }
    }

    private void readSections() throws ImageException {
        int count = Bytes.half(bytes, E_SHNUM);
        long table = Bytes.unsigned(bytes, E_SHOFF);
        int stride = Bytes.half(bytes, E_SHENTSIZE);
        if (table == 0) {
            return;
        }
        if (count == 0) {
            count = extended(SH_SIZE);
        }
        checkTable(table, count, stride, SHDR_SIZE, "section");
        int namesAt = Bytes.half(bytes, E_SHSTRNDX);
        if (namesAt == SHN_XINDEX) {
            namesAt = extended(SH_LINK);
        }
        sectionTable = (int) table;
        sectionStride = stride;
        Section names = Integer.compareUnsigned(namesAt, count) < 0 ? section(sectionHeader(namesAt), null) : null;
        namesIndex = names == null || names.type != SHT_STRTAB ? -1 : namesAt;
        for (int i = 0; i < count; i++) {
            sections.add(section(sectionHeader(i), names));
        }
    }

    /** Where a section's header is in the file. */
    int sectionHeader(int index) {
        return (int) (sectionTable + (long) index * sectionStride);
    }

    /** The index of the section that holds the names of sections; -1 if there is none. */
    int namesIndex() {
        return namesIndex;
    }

    /** A number that is too large for the ELF header, from section header 0. */
    private int extended(int field) throws ImageException {
        long table = Bytes.unsigned(bytes, E_SHOFF);
        if (table == 0) {
            throw new ImageException(
                    name + " is damaged: it has no section header for the numbers that its header has no room for");
        }
        int number = Bytes.word(bytes, inFile(table, SHDR_SIZE) + field);
        if (number < 0) {
            throw new ImageException(name + " is damaged: it has " + Integer.toUnsignedString(number) + " headers");
        }
        return number;
    }

    /** Reads one header; {@code names} holds the names of sections, or is null. */
    private Section section(int at, Section names) throws ImageException {
        int type = Bytes.word(bytes, at + SH_TYPE);
        long size = Bytes.unsigned(bytes, at + SH_SIZE);
        int offset = type == 0 || type == SHT_NOBITS ? 0 : inFile(Bytes.unsigned(bytes, at + SH_OFFSET), size);
        String itsName = names == null || names.type != SHT_STRTAB ? "" : string(names, Bytes.word(bytes, at));
        return new Section(
                itsName,
                type,
                Bytes.word(bytes, at + SH_FLAGS),
                relocatable ? offset : Bytes.word(bytes, at + SH_ADDR),
                offset,
                (int) size,
                Bytes.word(bytes, at + SH_LINK),
                Bytes.word(bytes, at + SH_INFO));
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

    /** The file itself, not a copy. */
    public byte[] bytes() {
        return bytes;
    }

    /** Whether this is an object that is still to be linked, or loaded as a module. */
    public boolean isRelocatable() {
        return relocatable;
    }

    public int entry() {
        return Bytes.word(bytes, E_ENTRY);
    }

    /** What is loaded; empty for an object. */
    public List<Segment> segments() {
        return segments;
    }

    public List<Section> sections() {
        return sections;
    }

    /** Where the header and the program headers end in the file. */
    public int headersEnd() {
        long end = Bytes.unsigned(bytes, E_PHOFF) + (long) Bytes.half(bytes, E_PHNUM) * Bytes.half(bytes, E_PHENTSIZE);
        return (int) Math.min(Math.max(end, EHDR_SIZE), bytes.length);
    }

    /** The sections of code, in the order of the file. */
    public List<Section> codeSections() {
        return sections.stream()
                .filter(section -> section.holdsBytes() && section.executable())
                .sorted(Comparator.comparingInt(Section::offset))
                .toList();
    }

    /** Whether there is code; assemblers make a section for it that may be empty. */
    public boolean hasCodeSections() {
        return codeSections().stream().anyMatch(section -> section.size() > 0);
    }

    public boolean hasSection(String wanted) {
        return sections.stream().anyMatch(section -> section.name.equals(wanted));
    }

    /** The symbol table with a sound string table; null if the file was stripped. */
    public Section symbolTable() {
        for (Section section : sections) {
            if (section.type == SHT_SYMTAB
                    && Integer.compareUnsigned(section.link, sections.size()) < 0
                    && sections.get(section.link).type == SHT_STRTAB) {
                return section;
            }
        }
        return null;
    }

    /**
     * Tells the section of each symbol of a table, as an index; for those without one, an index that no section has.
     */
    public IntUnaryOperator sectionsOf(Section table) {
        Section extended = null;
        for (Section section : sections) {
            if (section.type == SHT_SYMTAB_SHNDX
                    && Integer.compareUnsigned(section.link, sections.size()) < 0
                    && sections.get(section.link) == table) {
                extended = section;
            }
        }
        Section indices = extended;
        return symbol -> {
            int index = Bytes.half(bytes, table.offset + symbol * SYM_SIZE + ST_SHNDX);
            if (index != SHN_XINDEX || indices == null || symbol >= indices.size / 4) {
                return index < SHN_LORESERVE ? index : Integer.MAX_VALUE;
            }
            return Bytes.word(bytes, indices.offset + 4 * symbol) & Integer.MAX_VALUE;
        };
    }

    /** A string of a string table; empty if there is none at an offset. */
    public String string(Section strings, int at) {
        if (Integer.compareUnsigned(at, strings.size) >= 0) {
            return "";
        }
        int start = strings.offset + at;
        int limit = Math.min(strings.offset + strings.size, start + MAX_NAME);
        int end = start;
        while (end < limit && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    }

    /** By halfword of the file: a relocation changes what begins here when an object is linked or loaded. */
    public BitSet relocated() throws ImageException {
        BitSet halfwords = new BitSet();
        long all = 0;
        for (Section table : sections) {
            boolean isTable = table.type == SHT_REL || table.type == SHT_RELA;
            if (!relocatable || !isTable || Integer.compareUnsigned(table.info, sections.size()) >= 0) {
                continue;
            }
            Section target = sections.get(table.info);
            int entry = table.type == SHT_REL ? REL_SIZE : RELA_SIZE;
            all += table.size;
            if (all > bytes.length) {
                throw ImageException.overlapping(name);
            }
            for (int i = 0; i < table.size / entry; i++) {
                int at = table.offset + i * entry;
                long place = Bytes.unsigned(bytes, at);
                if (target.type != SHT_NOBITS
                        && (Bytes.word(bytes, at + R_INFO) & 0xff) != R_ARM_NONE
                        && place < target.size) {
                    halfwords.set((int) (target.offset + place >>> 1));
                }
            }
        }
        return halfwords;
    }
}
