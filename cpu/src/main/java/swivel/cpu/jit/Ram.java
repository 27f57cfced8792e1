package swivel.cpu.jit;

import swivel.cpu.pages.EntryFormat;

/**
 * How translations reach guest RAM.
 *
 * @param displacement of its first byte from the {@link Frame}'s base
 * @param format of the tables that say where in it an address is
 */
public record Ram(int displacement, EntryFormat format) {}
