package swivel.cpu.jit;

/**
 * Where a host's instructions leave N, Z, C and V: bits of the 16 in {@link Frame#FLAGS}. {@link FlagMark} takes one
 * that is none of them and never set.
 *
 * @param inverseC whether C's bit is its inverse, as after a subtraction whose carry flag is a borrow
 */
public record FlagFormat(int n, int z, int c, int v, boolean inverseC) {}
