package swivel.lpv.compare;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import swivel.lpv.ImageException;

/**
 * The sections of a 32-bit little-endian ELF file by name, as far as a comparison wants them (System V ABI, "Sections" and
 * "Symbol Table"). Unlike the rewriter it takes any file: executable, module or object.
 */
final class ElfSections {
    private static final int MAGIC = 0x464c457f;
    private static final int CLASS32_LSB = 0x0101;
    private static final int EI_CLASS = 4;
    private static final int E_SHOFF = 32;
    private static final int E_SHENTSIZE = 46;
    private static final int E_SHNUM = 48;
    private static final int E_SHSTRNDX = 50;
    private static final int EHDR_SIZE = 52;

    private static final int SHDR_SIZE = 40;
    private static final int SH_TYPE = 4;
    private static final int SH_FLAGS = 8;
    private static final int SH_ADDR = 12;
    private static final int SH_OFFSET = 16;
    private static final int SH_SIZE = 20;
    private static final int SH_LINK = 24;
    private static final int SH_INFO = 28;
    private static final int SHT_SYMTAB = 2;
    private static final int SHT_NOTE = 7;
    private static final int SHT_NOBITS = 8;
    private static final int SHT_REL = 9;
    private static final int SHF_ALLOC = 2;
    private static final int SHF_EXECINSTR = 4;

    private static final int SYM_SIZE = 16;
    private static final int ST_VALUE = 4;
    private static final int ST_INFO = 12;
    private static final int ST_SHNDX = 14;

    private static final int REL_SIZE = 8;
    private static final int R_INFO = 4;

    private final ByteBuffer file;
    private final String name;
    private final List<Section> sections = new ArrayList<>();

    /**
     * A section.
     *
     * @param index in the table of sections
     * @param content of {@code size} bytes; empty for one that has none in the file (.bss)
     */
    record Section(
            int index,
            String name,
            int type,
            int flags,
            int address,
            int size,
            ByteBuffer content,
            int link,
            int info) {

        boolean code() {
            return (flags & SHF_EXECINSTR) != 0;
        }

        /** Whether it is part of the program; notes, which hold the linker's hash of the whole file, are not. */
        boolean loaded() {
            return (flags & SHF_ALLOC) != 0 && type != SHT_NOTE;
        }

        boolean relocations() {
            return type == SHT_REL;
        }
    }

    ElfSections(byte[] bytes, String name) throws ImageException {
        this.file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        this.name = name;
        if (bytes.length < EHDR_SIZE || file.getInt(0) != MAGIC || file.getShort(EI_CLASS) != CLASS32_LSB) {
            throw new ImageException(name + " is no 32-bit little-endian ELF file");
        }
        int count = half(E_SHNUM);
        int table = file.getInt(E_SHOFF);
        if (count == 0 || half(E_SHENTSIZE) != SHDR_SIZE || half(E_SHSTRNDX) >= count) {
            throw new ImageException(name + " has no sections to compare");
        }
        slice(table, count * SHDR_SIZE);
        int nameTable = table + half(E_SHSTRNDX) * SHDR_SIZE;
        ByteBuffer names = slice(file.getInt(nameTable + SH_OFFSET), file.getInt(nameTable + SH_SIZE));
        for (int i = 0; i < count; i++) {
            int at = table + i * SHDR_SIZE;
            int type = file.getInt(at + SH_TYPE);
            boolean hasContent = type != 0 && type != SHT_NOBITS;
            int size = file.getInt(at + SH_SIZE);
            sections.add(new Section(
                    i,
                    string(names, file.getInt(at)),
                    type,
                    file.getInt(at + SH_FLAGS),
                    file.getInt(at + SH_ADDR),
                    size,
                    hasContent ? slice(file.getInt(at + SH_OFFSET), size) : slice(0, 0),
                    file.getInt(at + SH_LINK),
                    file.getInt(at + SH_INFO)));
        }
    }

    /** What is part of the program, in order. */
    List<Section> loaded() {
        return sections.stream().filter(Section::loaded).toList();
    }

    /** The relocations of what is part of the program: by place, with the symbol's name or, if it has none, its section's. */
    List<String> relocations() throws ImageException {
        List<String> found = new ArrayList<>();
        for (Section section : sections) {
            Section target = section.relocations() ? at(section.info) : null;
            if (target != null && target.loaded()) {
                Section symbols = at(section.link);
                for (int i = 0; i + REL_SIZE <= section.content.limit(); i += REL_SIZE) {
                    int info = section.content.getInt(i + R_INFO);
                    found.add("%s+0x%x: type %d, %s"
                            .formatted(
                                    target.name, section.content.getInt(i), info & 0xff, symbol(symbols, info >>> 8)));
                }
            }
        }
        return found;
    }

    /** Symbols of a section by address; of several the last. Mapping symbols ({@code $a} …) are left out. */
    NavigableMap<Integer, String> symbols(Section section) throws ImageException {
        TreeMap<Integer, String> found = new TreeMap<>(Integer::compareUnsigned);
        for (Section table : sections) {
            if (table.type == SHT_SYMTAB) {
                ByteBuffer strings = at(table.link).content;
                for (int i = 0; i + SYM_SIZE <= table.content.limit(); i += SYM_SIZE) {
                    String symbol = string(strings, table.content.getInt(i));
                    if (half(table.content, i + ST_SHNDX) == section.index
                            && !symbol.isEmpty()
                            && !symbol.startsWith("$")) {
                        found.put(table.content.getInt(i + ST_VALUE) & ~1, symbol);
                    }
                }
            }
        }
        return found;
    }

    /** A symbol with its value, for a person and for comparisons. */
    private String symbol(Section symbols, int i) throws ImageException {
        int at = i * SYM_SIZE;
        if (symbols.type != SHT_SYMTAB || at < 0 || at + SYM_SIZE > symbols.content.limit()) {
            throw new ImageException(name + " is damaged: a relocation names symbol " + i + ", which is not there");
        }
        String symbol = string(at(symbols.link).content, symbols.content.getInt(at));
        int section = half(symbols.content, at + ST_SHNDX);
        int kind = symbols.content.get(at + ST_INFO) & 15;
        return "%s (kind %d, section %s, value 0x%x)"
                .formatted(
                        symbol,
                        kind,
                        section < sections.size() ? sections.get(section).name : section,
                        symbols.content.getInt(at + ST_VALUE));
    }

    private Section at(int index) throws ImageException {
        if (index < 0 || index >= sections.size()) {
            throw new ImageException(name + " is damaged: it speaks of section " + index + ", which is not there");
        }
        return sections.get(index);
    }

    private int half(int offset) {
        return half(file, offset);
    }

    private static int half(ByteBuffer buffer, int offset) {
        return Short.toUnsignedInt(buffer.getShort(offset));
    }

    private ByteBuffer slice(int offset, int size) throws ImageException {
        if (offset < 0 || size < 0 || size > file.limit() - offset) {
            throw new ImageException(name + " is truncated: its headers speak of more than it has");
        }
        return file.slice(offset, size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String string(ByteBuffer strings, int at) {
        int end = Math.max(at, 0);
        StringBuilder out = new StringBuilder();
        while (end < strings.limit() && strings.get(end) != 0) {
            out.append((char) strings.get(end++));
        }
        return out.toString();
    }
}
