package swivel.lpv;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.zip.InflaterInputStream;
import swivel.formats.Bytes;
import swivel.formats.ImageException;
import swivel.formats.elf.ElfFile;
import swivel.formats.elf.ElfFile.Section;
import swivel.formats.elf.ElfSections;
import swivel.formats.elf.ElfSections.Content;
import swivel.formats.unpack.Budget;
import swivel.formats.unpack.Compression;

/**
 * The list of its trap words that a rewritten ELF file carries: a section that is not loaded, of one word for each, its
 * address, which is odd for T32. The macros of the source route make it ({@code lpv_site} in lpv.inc), and so does the
 * ELF route. In an object the addresses are relocations, so that the linker puts the lists of all objects together.
 *
 * <p>The section has the name of one with debug information that nobody makes any more (weak names, from SGI's version
 * of DWARF). Linkers treat such sections as no others: they stay when unused code is removed, what they say of code
 * that was removed becomes 0 and is no error, and linker scripts that want to know each section (Linux', that of ld)
 * know them.
 */
final class SiteList {
    static final String NAME = ".debug_weaknames";
    private static final String RELOCATIONS = ".rel" + NAME;

    /** The same as GNU's tools packed it before there was a flag for that: "ZLIB" and the size in front. */
    private static final String GNU_PACKED = ".zdebug_weaknames";

    private static final int STT_SECTION = 3;

    /** Header of a compressed section: kind, size, alignment; that of the old way is as long. */
    private static final int CHDR_SIZE = 12;

    private static final int ELFCOMPRESS_ZLIB = 1;
    private static final int ELFCOMPRESS_ZSTD = 2;

    private SiteList() {}

    /**
     * Reads the list of a file: addresses, ascending, those of T32 odd; of an object, what stands for addresses. Null
     * if it has none.
     *
     * @param account pays for unpacking
     * @throws ImageException if it has one that cannot be read
     */
    static int[] read(Elf elf, Budget.Account account) throws ImageException {
        ElfFile file = elf.file();
        int index = ElfSections.indexOf(file, file.hasSection(NAME) ? NAME : GNU_PACKED);
        if (index == file.sections().size() || file.sections().get(index).type() != ElfFile.SHT_PROGBITS) {
            return null;
        }
        byte[] content = content(elf, file.sections().get(index), account);
        if (content.length % Integer.BYTES != 0) {
            throw unreadable(elf, content.length + " bytes are no number of words");
        }
        if (file.isRelocatable()) {
            relocate(elf, index, content);
        }
        int[] sites = new int[content.length / Integer.BYTES];
        for (int i = 0; i < sites.length; i++) {
            sites[i] = Bytes.word(content, i * Integer.BYTES);
        }
        Arrays.sort(sites);
        return sites;
    }

    private static ImageException unreadable(Elf elf, String why) {
        return new ImageException(
                "the list of trap words in %s cannot be read: %s; without it (objcopy -R %s) the majority decides"
                        .formatted(elf.name(), why, NAME));
    }

    /** What is in the section, unpacked (System V ABI, "Section Compression"). */
    private static byte[] content(Elf elf, Section section, Budget.Account account) throws ImageException {
        byte[] bytes = elf.file().bytes();
        int from = section.offset();
        int to = from + section.size();
        boolean old = section.name().equals(GNU_PACKED);
        if (!old && (section.flags() & ElfFile.SHF_COMPRESSED) == 0) {
            return Arrays.copyOfRange(bytes, from, to);
        }
        if (section.size() < CHDR_SIZE) {
            throw unreadable(elf, "it is packed, and too short for that");
        }
        try {
            return switch (old ? ELFCOMPRESS_ZLIB : Bytes.word(bytes, from)) {
                case ELFCOMPRESS_ZLIB -> inflate(bytes, from + CHDR_SIZE, to);
                case ELFCOMPRESS_ZSTD -> Compression.ZSTD.unpack(bytes, from + CHDR_SIZE, to, account);
                default ->
                    throw unreadable(elf, "it is packed in way " + Integer.toUnsignedString(Bytes.word(bytes, from)));
            };
        } catch (IOException e) {
            throw unreadable(elf, e.getMessage());
        }
    }

    private static byte[] inflate(byte[] bytes, int from, int to) throws IOException {
        try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(bytes, from, to - from))) {
            // A site takes 4 bytes here and 2 at least in the code.
            return in.readNBytes((int) Math.min(2L * bytes.length, Integer.MAX_VALUE));
        } catch (IOException e) {
            throw new IOException("it ends too early, or is damaged", e);
        }
    }

    /** Adds to each word what its relocation says. */
    private static void relocate(Elf elf, int list, byte[] content) {
        ElfFile file = elf.file();
        Section symbols = file.symbolTable();
        if (symbols == null) {
            return;
        }
        IntUnaryOperator sectionOf = file.sectionsOf(symbols);
        for (Section table : file.sections()) {
            if (table.type() != ElfFile.SHT_REL || table.info() != list) {
                continue;
            }
            for (int i = 0; i < table.size() / ElfFile.REL_SIZE; i++) {
                int at = table.offset() + i * ElfFile.REL_SIZE;
                long place = Bytes.unsigned(file.bytes(), at);
                int info = Bytes.word(file.bytes(), at + ElfFile.R_INFO);
                int symbol = info >>> 8;
                if ((info & 0xff) == ElfFile.R_ARM_ABS32
                        && place + Integer.BYTES <= content.length
                        && symbol < symbols.size() / ElfFile.SYM_SIZE
                        && sectionOf.applyAsInt(symbol) < file.sections().size()) {
                    Section holder = file.sections().get(sectionOf.applyAsInt(symbol));
                    int value = elf.address(symbols.offset() + symbol * ElfFile.SYM_SIZE, holder);
                    Bytes.putWord(content, (int) place, Bytes.word(content, (int) place) + value);
                }
            }
            return;
        }
    }

    /**
     * A file with this list in place of its own; null if it has no table of sections, so that there is no room for one.
     *
     * @param sites as {@link #read} returns them
     */
    static byte[] put(byte[] bytes, String name, int[] sites) throws ImageException {
        Elf elf = new Elf(bytes, name);
        ElfFile file = elf.file();
        byte[] content = new byte[sites.length * Integer.BYTES];
        List<Content> sections = new ArrayList<>();
        sections.add(new Content(NAME, ElfFile.SHT_PROGBITS, 0, 0, 0, 0, content));
        if (file.isRelocatable()) {
            sections.add(new Content(
                    RELOCATIONS,
                    ElfFile.SHT_REL,
                    ElfFile.SHF_INFO_LINK,
                    file.sections().indexOf(file.symbolTable()),
                    ElfSections.indexOf(file, NAME),
                    ElfFile.REL_SIZE,
                    relocations(elf, sites, content)));
        } else {
            for (int i = 0; i < sites.length; i++) {
                Bytes.putWord(content, i * Integer.BYTES, sites[i]);
            }
        }
        return ElfSections.with(file, sections);
    }

    /** The relocations of a list, by symbols of the sections that hold the sites; fills in the words they add to. */
    private static byte[] relocations(Elf elf, int[] sites, byte[] content) {
        List<Section> sections = elf.file().sections();
        NavigableMap<Long, Integer> placed = new TreeMap<>();
        for (int i = 0; i < sections.size(); i++) {
            if (sections.get(i).holdsBytes() && sections.get(i).size() > 0) {
                placed.put(Integer.toUnsignedLong(sections.get(i).address()), i);
            }
        }
        int[] symbolOf = symbols(elf.file());
        byte[] relocations = new byte[sites.length * ElfFile.REL_SIZE];
        for (int i = 0; i < sites.length; i++) {
            int section = placed.floorEntry(Integer.toUnsignedLong(sites[i])).getValue();
            int symbol = elf.file().symbolTable().offset() + symbolOf[section] * ElfFile.SYM_SIZE;
            Bytes.putWord(content, i * Integer.BYTES, sites[i] - elf.address(symbol, sections.get(section)));
            Bytes.putWord(relocations, i * ElfFile.REL_SIZE, i * Integer.BYTES);
            Bytes.putWord(
                    relocations, i * ElfFile.REL_SIZE + ElfFile.R_INFO, symbolOf[section] << 8 | ElfFile.R_ARM_ABS32);
        }
        return relocations;
    }

    /** For each section a symbol that stands for a place in it: its own, or else a label such as {@code $a}. */
    private static int[] symbols(ElfFile file) {
        Section table = file.symbolTable();
        IntUnaryOperator sectionOf = file.sectionsOf(table);
        int[] symbols = new int[file.sections().size()];
        for (int type : new int[] {Elf.STT_NOTYPE, STT_SECTION}) {
            for (int i = 1; i < table.size() / ElfFile.SYM_SIZE; i++) {
                int section = sectionOf.applyAsInt(i);
                // A local symbol: its binding, in bits 7:4, is 0.
                int info = file.bytes()[table.offset() + i * ElfFile.SYM_SIZE + ElfFile.ST_INFO];
                if (section < symbols.length && info == type) {
                    symbols[section] = i;
                }
            }
        }
        return symbols;
    }
}
