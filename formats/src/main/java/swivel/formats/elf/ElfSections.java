package swivel.formats.elf;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import swivel.formats.Bytes;
import swivel.formats.ImageException;
import swivel.formats.elf.ElfFile.Section;

/**
 * Puts sections that are not loaded into an ELF file, or in the place of those that it has. Nothing in the file moves:
 * the new content, the names and the headers of all sections come behind what is there.
 */
public final class ElfSections {
    private final ElfFile file;
    private byte[] bytes;

    private ElfSections(ElfFile file) {
        this.file = file;
        this.bytes = file.bytes();
    }

    /**
     * A section to put in.
     *
     * @param link the index of another section, such as the symbols of relocations
     * @param info likewise, such as what relocations are for
     * @param entrySize of a table
     */
    public record Content(String name, int type, int flags, int link, int info, int entrySize, byte[] bytes) {}

    /** The index that a section of a name has, or will have as the first that is added. */
    public static int indexOf(ElfFile file, String name) {
        List<Section> sections = file.sections();
        for (int i = 0; i < sections.size(); i++) {
            if (sections.get(i).name().equals(name)) {
                return i;
            }
        }
        return sections.size();
    }

    /**
     * The file with these sections; null if it has no table of sections with names.
     *
     * @param contents those that the file has not yet get the next indices, in this order
     * @throws ImageException if the file is damaged
     */
    public static byte[] with(ElfFile file, List<Content> contents) throws ImageException {
        int names = file.namesIndex();
        return names < 0 ? null : new ElfSections(file).with(contents, names);
    }

    private byte[] with(List<Content> contents, int namesIndex) throws ImageException {
        int count = file.sections().size();
        byte[] headers = new byte[(count + contents.size()) * ElfFile.SHDR_SIZE];
        for (int i = 0; i < count; i++) {
            System.arraycopy(bytes, file.sectionHeader(i), headers, i * ElfFile.SHDR_SIZE, ElfFile.SHDR_SIZE);
        }
        Section old = file.sections().get(namesIndex);
        byte[] names = Arrays.copyOfRange(file.bytes(), old.offset(), old.offset() + old.size());
        for (Content content : contents) {
            int index = indexOf(file, content.name);
            if (index == file.sections().size()) {
                index = count++;
                Bytes.putWord(headers, index * ElfFile.SHDR_SIZE, names.length);
                names = joined(names, (content.name + "\0").getBytes(StandardCharsets.ISO_8859_1));
            }
            int header = index * ElfFile.SHDR_SIZE;
            Bytes.putWord(headers, header + ElfFile.SH_TYPE, content.type);
            Bytes.putWord(headers, header + ElfFile.SH_FLAGS, content.flags);
            Bytes.putWord(headers, header + ElfFile.SH_LINK, content.link);
            Bytes.putWord(headers, header + ElfFile.SH_INFO, content.info);
            Bytes.putWord(headers, header + ElfFile.SH_ADDRALIGN, Integer.BYTES);
            Bytes.putWord(headers, header + ElfFile.SH_ENTSIZE, content.entrySize);
            place(headers, header, content.bytes);
        }
        place(headers, namesIndex * ElfFile.SHDR_SIZE, names);
        if (count >= ElfFile.SHN_LORESERVE) {
            Bytes.putWord(headers, ElfFile.SH_SIZE, count);
        }
        int table = append(Arrays.copyOf(headers, count * ElfFile.SHDR_SIZE));
        Bytes.putWord(bytes, ElfFile.E_SHOFF, table);
        Bytes.putHalf(bytes, ElfFile.E_SHENTSIZE, ElfFile.SHDR_SIZE);
        Bytes.putHalf(bytes, ElfFile.E_SHNUM, count < ElfFile.SHN_LORESERVE ? count : 0);
        return bytes;
    }

    /** Appends the content of a section, and says so in its header. */
    private void place(byte[] headers, int header, byte[] content) {
        Bytes.putWord(headers, header + ElfFile.SH_OFFSET, append(content));
        Bytes.putWord(headers, header + ElfFile.SH_SIZE, content.length);
    }

    /** Appends at a multiple of 4; where that is. */
    private int append(byte[] content) {
        int at = bytes.length + 3 & ~3;
        bytes = joined(Arrays.copyOf(bytes, at), content);
        return at;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
