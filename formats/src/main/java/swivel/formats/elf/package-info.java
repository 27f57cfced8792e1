/**
 * ELF files for 32-bit ARM: headers, segments, sections, symbols and relocations.
 *
 * <p>It uses {@code swivel.formats} only. Begin with {@link swivel.formats.elf.ElfFile}.
 */
package swivel.formats.elf;
